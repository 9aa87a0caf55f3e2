/**
 * The mesh without a CSI driver: pods mount the directory with tbot's socket from their node. Read README.md beside this
 * file before you choose it.
 */
import { KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh, WorkloadApiSocket } from '../../lib';
import { TestApp } from '../../lib/demos';

const app = new MeshApp({ source: 'examples/host-path/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  socket: WorkloadApiSocket.hostPath({
    reason: 'test cluster without CSI drivers, used by the platform team only, gone in March',
  }),
  istio: { version: '1.31', ingressGateway: true },
});

// Said aloud, because it is what the host path costs: from "baseline" up the API server would refuse the pods.
new TestApp(app, 'test-app', { mesh, podSecurity: 'privileged' });

app.synth();
