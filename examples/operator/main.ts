/**
 * Teleport's resources as objects that the Teleport Kubernetes operator applies: everything in one Git repository, nothing
 * for tctl. Read README.md beside this file for what its custom resources cannot say.
 */
import { KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh } from '../../lib';
import { TestApp } from '../../lib/demos';

const app = new MeshApp({ source: 'examples/operator/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.selfHosted({ name: 'teleport.example.com', proxyAddress: 'teleport.example.com:443' }),
  // The Auth Service runs in this cluster, beside the operator, and asks its API server about every token.
  join: KubernetesJoin.inCluster(),
  teleportResources: { kind: 'operator', namespace: 'teleport-cluster' },
  istio: { version: '1.31', ingressGateway: true },
});

new TestApp(app, 'test-app', { mesh });

app.synth();
