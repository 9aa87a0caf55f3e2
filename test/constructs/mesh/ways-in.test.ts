import { Chart } from 'cdk8s';
import { GatewayParameters, KubernetesGateway } from '../../../lib';
import { MeshModel } from '../../../lib/analysis/access/mesh-model';
import { ask } from '../../analysis/access/objects';
import { addWeb, makeShop, type Shop } from './shop-fixture';

/** How requests from outside get to shop/web: what the gateway makes of them, and what the service then does. */
function waysIn({ app }: Shop) {
  const decision = ask(MeshModel.from(app), { from: 'outside', to: 'shop/web', method: 'GET', path: '/' });
  return decision.request.waysIn.map(({ verdict, atCallee }) => [verdict, atCallee?.connection?.callerAuthority]);
}

test('the gateway that istioctl installs has its identity from Teleport, so what it lets in gets to the service', () => {
  const shop = makeShop();
  addWeb(shop.shop, 'web').exposeThrough(shop.mesh.ingressGateway, { hosts: ['shop.example.com'] });

  expect(waysIn(shop)).toEqual([['allowed', 'workload-api']]);
});

test('and so has one that istiod deploys for a Gateway', () => {
  const shop = makeShop();
  const { app, mesh } = shop;
  const edge = new Chart(app, 'edge');
  mesh.addNamespace('ingress');
  const { socket, target } = mesh;
  const gateway = new KubernetesGateway(edge, 'public', {
    name: 'public',
    namespace: 'ingress',
    parameters: new GatewayParameters(edge, 'parameters', { name: 'socket', namespace: 'ingress', socket, target }),
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
  });
  addWeb(shop.shop, 'web').exposeThrough(gateway, { hosts: ['www.example.com'] });

  expect(waysIn(shop)).toEqual([['allowed', 'workload-api']]);
});
