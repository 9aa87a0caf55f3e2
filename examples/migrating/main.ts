/**
 * A mesh on its way from istiod's CA to Teleport: a namespace that callers still reach in plain text, and services that can move on a day
 * of their own. Read README.md beside this file.
 */
import { ApiObject, Chart } from 'cdk8s';
import { KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh, TrustDomain } from '../../lib';
import { addBilling, addShop } from './shop';

const app = new MeshApp({ source: 'examples/migrating/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  istio: { ingressGateway: true, trustDomainAliases: [TrustDomain.parse('cluster.local')] },
});

addShop(mesh, 'everybody');
addBilling(mesh);

// Not in the mesh yet: it has no sidecar, and nobody can name it.
const legacy = new Chart(app, 'legacy');
new ApiObject(legacy, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'legacy' } });
new ApiObject(legacy, 'cron', {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'stock-sync', namespace: 'legacy' },
  spec: {
    selector: { matchLabels: { app: 'stock-sync' } },
    template: {
      metadata: { labels: { app: 'stock-sync' } },
      spec: { containers: [{ name: 'stock-sync', image: 'ghcr.io/example/stock-sync:0.9.1' }] },
    },
  },
});

app.synth();
