/**
 * The reference cluster: both demo applications on Istio's current release. Tests hold its output, so that the repository's
 * own `main.ts` and `dist/` are free to describe a cluster of yours.
 */
import { KubeletTls, KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh, WorkloadApiSocket } from '../../lib';
import { SockShop, TestApp } from '../../lib/demos';

const app = new MeshApp({ source: 'examples/sock-shop/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  teleport: TeleportCluster.cloud('ellinj.teleport.sh'),
  // The keys belong to one real cluster: without them the join token is left out.
  join: KubernetesJoin.staticJwks(),
  socket: WorkloadApiSocket.csi(),
  kubelet: KubeletTls.verify(),
  istio: { version: '1.31.4', ingressGateway: true },
});

new TestApp(app, 'test-app', { mesh });
new SockShop(app, 'sock-shop', { mesh });

app.synth();
