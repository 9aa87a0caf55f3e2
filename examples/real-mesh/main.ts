/**
 * A mesh as it is met in practice: callers without an identity, and a namespace that is still on its way in. Read README.md
 * beside this file.
 */
import { KubernetesJoin, MeshApp, MeshNamespace, Port, TeleportCluster, TeleportMesh } from '../../lib';

const app = new MeshApp();

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  istio: { ingressGateway: true },
});

const http = Port.http(80, { targetPort: 8080 });
const metrics = Port.http(9090, { suffix: 'metrics' });

const shop = new MeshNamespace(app, 'shop', { mesh });
const catalogue = shop.addService('catalogue', { image: 'ghcr.io/example/catalogue:1.4.2', ports: [http, metrics] });
const orders = shop.addService('orders', { image: 'ghcr.io/example/orders:3.0.0', ports: [http, metrics] });
const web = shop.addService('web', { image: 'ghcr.io/example/web:2.1.0', ports: [http] });

web.calls(catalogue, { methods: ['GET'], ports: [80] });
web.calls(orders, { methods: ['GET', 'POST'], paths: ['/orders*'], ports: [80] });
orders.calls(catalogue, { methods: ['GET'], paths: ['/products/{*}'], ports: [80] });
web.exposeThrough(mesh.ingressGateway, { hosts: ['shop.example.com'], tlsSecret: 'shop-tls' });

// Prometheus has no sidecar, so nobody can name it: what it asks for is open to everybody inside the cluster, and only that.
for (const service of [catalogue, orders]) {
  service.allowWithoutIdentity({ ports: [9090], methods: ['GET'], paths: ['/metrics'] });
}

app.synth();
