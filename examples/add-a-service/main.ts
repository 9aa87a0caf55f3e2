/**
 * Sock Shop's smaller edition with one service more, to see what that takes: `reviews.ts` here, and in `dist/` three
 * objects for the service, one policy, and one rule in the policy of the service it calls.
 */

import { KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh } from '../../lib';
import { SockShop, SockShopEdition } from '../../lib/demos';
import { addReviews } from './reviews';

// Yours to change.
const cluster = TeleportCluster.cloud('example.teleport.sh');
const join = KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF');

const app = new MeshApp({ source: 'examples/add-a-service/main.ts' });
const mesh = new TeleportMesh(app, 'mesh', {
  teleport: cluster,
  join,
  istio: { version: '1.31', ingressGateway: true },
});
addReviews(new SockShop(app, 'sock-shop', { mesh, edition: SockShopEdition.DEMO }));

app.synth();
