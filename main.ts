import { existsSync } from 'node:fs';
import { Jwks, KubeletTls, KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh, WorkloadApiSocket } from './lib';
import { SockShop, TestApp } from './lib/demos';

/**
 * The public keys of your cluster: `kubectl get --raw /openid/v1/jwks > jwks.json`. Commit the file: it holds no secret, and
 * `dist/` is made from it. Without it the join token is left out.
 */
const JWKS_FILE = 'jwks.json';

const app = new MeshApp({ source: 'main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  teleport: TeleportCluster.cloud('ellinj.teleport.sh'),
  join: KubernetesJoin.staticJwks(existsSync(JWKS_FILE) ? Jwks.fromFile(JWKS_FILE) : undefined),
  socket: WorkloadApiSocket.csi(),
  kubelet: KubeletTls.verify(),
  istio: { version: '1.31.4', ingressGateway: true },
});

new TestApp(app, 'test-app', { mesh });
new SockShop(app, 'sock-shop', { mesh });

app.synth();
