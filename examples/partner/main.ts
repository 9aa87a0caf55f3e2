/**
 * A partner with a trust domain of its own calls one service of the mesh, through the gateway, with its own certificate. Read README.md
 * beside this file.
 */
import { Chart } from 'cdk8s';
import {
  AdmissionGuards,
  KubernetesJoin,
  MeshApp,
  MeshNamespace,
  Port,
  TeleportCluster,
  TeleportMesh,
  TrustBundle,
  TrustDomain,
} from '../../lib';
import { PARTNER_ROOTS } from './partner-roots';

const app = new MeshApp({ source: 'examples/partner/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  istio: { ingressGateway: true },
});

// TrustBundle.fromFile(…, 'partner-roots.pem') reads the same from a file.
const partner = TrustBundle.of(TrustDomain.parse('partner.example'), PARTNER_ROOTS);

const shop = new MeshNamespace(app, 'shop', { mesh });
const http = [Port.http(80, { targetPort: 8080 })];
const orders = shop.addService('orders', { image: 'ghcr.io/example/orders:3.0.0', ports: http });
const web = shop.addService('web', { image: 'ghcr.io/example/web:2.1.0', ports: http });

web.calls(orders);
web.exposeThrough(mesh.ingressGateway, { hosts: ['shop.example.com'], tlsSecret: 'shop-example-com' });

// Only this workload of the partner's, and only what it needs.
orders.exposeThrough(mesh.ingressGateway, {
  hosts: ['orders.example.com'],
  tlsSecret: 'orders-example-com',
  clients: [partner.workload({ namespace: 'billing', serviceAccount: 'sync' })],
  requests: [{ methods: ['GET'], paths: ['/orders/{*}'] }],
});

// The API server knows the partner too: its guard on identities in policies takes this trust domain from the service above.
new AdmissionGuards(new Chart(app, 'guards'), 'guards', { mesh });

app.synth();
