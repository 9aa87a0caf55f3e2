import { IngressGateway, InvalidInputError } from '../../../lib';
import { GatewayHosts } from '../../../lib/constructs/service/gateway-hosts';
import { addWeb, makeShop } from '../mesh/shop-fixture';

const gateway = IngressGateway.of();

test.each(['*', 'shop.example', '*.shop.example'])('%s is a host', (host) => {
  expect(() => new GatewayHosts().claim('shop/web', gateway, 80, [host])).not.toThrow();
});

test.each([
  '',
  'https://shop.example',
  'shop.example:443',
  'shop.example/path',
  'Shop.example',
  'a.*.b',
  '**',
  '*.',
  '*shop',
])('%j is not a host', (host) => {
  expect(() => new GatewayHosts().claim('shop/web', gateway, 80, ['a.example', host])).toThrow(InvalidInputError);
});

test('no host at all is refused: nobody would be let in', () => {
  expect(() => new GatewayHosts().claim('shop/web', gateway, 80, [])).toThrow(
    /\[shop\/web\] the list of hosts is empty.*remove "hosts"/,
  );
});

test('a host leads to one service: of two, Istio would never reach the second', () => {
  const { mesh, shop } = makeShop();
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway);

  expect(() => addWeb(shop, 'api').exposeThrough(mesh.ingressGateway)).toThrow(
    /\[shop\/api\] shop\/web already uses this host at the gateway.*"\*".*Fix: pass the hosts of each/,
  );
  expect(() => addWeb(shop, 'admin').exposeThrough(mesh.ingressGateway, { hosts: ['admin.example'] })).not.toThrow();
});

test('other ports and other gateways have hosts of their own', () => {
  const hosts = new GatewayHosts();
  hosts.claim('shop/web', gateway, 80, ['shop.example']);
  hosts.claim('shop/safe', gateway, 443, ['shop.example']);
  hosts.claim('shop/other', IngressGateway.of({ name: 'other' }), 80, ['shop.example']);
  hosts.claim('shop/elsewhere', IngressGateway.of({ namespace: 'elsewhere' }), 80, ['shop.example']);

  expect(() => hosts.claim('shop/late', gateway, 443, ['shop.example'])).toThrow(/shop\/safe already uses/);
});
