/**
 * Restarts for a mesh whose tbot cannot be upgraded: this file writes nothing else, because the rest of such a cluster is
 * not made with this package. Read README.md beside this file before you apply it.
 */
import { Chart } from 'cdk8s';
import { CertificateRefresh, MeshApp, Target } from '../../lib';

const app = new MeshApp({ source: 'examples/certificate-refresh/main.ts' });

new CertificateRefresh(new Chart(app, 'certificate-refresh'), 'sock-shop', {
  // Yours to change: what runs in the cluster. With Teleport 18.6.4 or newer this is refused.
  target: Target.of({ teleport: '18.5.0', kubernetes: '1.33' }),
  namespace: 'sock-shop',
  workloads: [
    'carts',
    'carts-db',
    'catalogue',
    'catalogue-db',
    'front-end',
    'orders',
    'orders-db',
    'payment',
    'queue-master',
    'rabbitmq',
    'session-db',
    'shipping',
    'user',
    'user-db',
  ].map((name) => ({ kind: 'Deployment', name })),
});

app.synth();
