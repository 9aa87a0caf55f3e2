/**
 * Who may leave the mesh, and for what: a database outside for one workload, a payment provider through an egress gateway, an interface
 * of the weather for a whole namespace. Read README.md beside this file.
 */
import {
  ExternalService,
  KubernetesJoin,
  MeshApp,
  MeshNamespace,
  Port,
  TeleportCluster,
  TeleportMesh,
} from '../../lib';

const app = new MeshApp({ source: 'examples/egress/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  istio: { egress: 'registry-only', egressGateway: true },
});

const http = [Port.http(80, { targetPort: 8080 })];
const shop = new MeshNamespace(app, 'shop', { mesh });
const web = shop.addService('web', { image: 'ghcr.io/example/web:2.1.0', ports: http });
const orders = shop.addService('orders', { image: 'ghcr.io/example/orders:3.0.0', ports: http });
web.calls(orders, { methods: ['GET', 'POST'], paths: ['/orders*'] });

// A database outside the cluster, for one workload alone.
const warehouse = new ExternalService(shop, 'warehouse', {
  hosts: ['warehouse.db.example'],
  ports: [Port.postgres()],
  addresses: ['192.0.2.16/28'],
  visibleTo: 'callers',
});
orders.calls(warehouse);

// Through a gateway, where a policy says once more who may.
const payments = new ExternalService(shop, 'payments', {
  hosts: ['api.payments.example'],
  ports: [Port.https()],
  visibleTo: 'callers',
  through: mesh.egressGateway,
});
orders.calls(payments);

// For every workload of the namespace; the proxy makes the TLS and verifies the server.
new ExternalService(shop, 'weather', {
  hosts: ['api.weather.example'],
  ports: [Port.http(80, { targetPort: 443 })],
  originateTls: true,
});

app.synth();
