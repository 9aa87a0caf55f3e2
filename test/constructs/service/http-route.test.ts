import { Chart } from 'cdk8s';
import { KubernetesGateway } from '../../../lib';
import { addWeb, makeShop, principal, written } from '../mesh/shop-fixture';

const HTTP = { name: 'http', port: 80, protocol: 'HTTP' };
const HTTPS = { name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate' } };
const DB = { name: 'db', port: 5432, protocol: 'TCP' };

function makeGateway() {
  const made = makeShop();
  const listeners = [HTTP, HTTPS, DB] as const;
  const chart = new Chart(made.app, 'edge');
  return {
    ...made,
    gateway: new KubernetesGateway(chart, 'public', { name: 'public', namespace: 'ingress', listeners }),
  };
}

test('routes hosts to the Service, and lets the identity of the gateway in at the port of the pods', () => {
  const { app, shop, gateway } = makeGateway();
  addWeb(shop, 'web').exposeThrough(gateway, { hosts: ['www.example.com'], requests: [{ methods: ['GET'] }] });
  expect(written(app, 'shop.k8s.yaml', 'HTTPRoute', 'web').spec).toEqual({
    parentRefs: [{ name: 'public', namespace: 'ingress' }],
    hostnames: ['www.example.com'],
    rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
  });
  expect(written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'web').spec.rules).toEqual([
    {
      from: [{ source: { principals: [principal('public-istio', 'ingress')] } }],
      to: [{ operation: { methods: ['GET'], ports: ['8080'] } }],
    },
  ]);
});

test('without hosts is for every one: hostnames with an asterisk alone are not legal', () => {
  const { app, shop, gateway } = makeGateway();
  addWeb(shop, 'web').exposeThrough(gateway);
  expect(written(app, 'shop.k8s.yaml', 'HTTPRoute', 'web').spec.hostnames).toBeUndefined();
});

test('comes in by the listener that is named', () => {
  const { app, shop, gateway } = makeGateway();
  addWeb(shop, 'web').exposeThrough(gateway, { listener: 'https' });
  expect(written(app, 'shop.k8s.yaml', 'HTTPRoute', 'web').spec.parentRefs).toEqual([
    { name: 'public', namespace: 'ingress', sectionName: 'https' },
  ]);
  expect(() => addWeb(shop, 'api').exposeThrough(gateway, { listener: 'db' })).toThrow(
    /no such HTTP listener: "db".*http, https/s,
  );
});

test.each([{ redirectFrom: 'https' }, { redirectFrom: 'http', listener: 'http' }])(
  'refuses the redirect %j',
  (options) => {
    const { shop, gateway } = makeGateway();
    expect(() => addWeb(shop, 'web').exposeThrough(gateway, options)).toThrow(
      /needs an HTTP listener and an HTTPS listener/,
    );
  },
);

test('two services cannot have one host at a listener, but at two listeners', () => {
  const { shop, gateway } = makeGateway();
  addWeb(shop, 'web').exposeThrough(gateway, { listener: 'https' });
  addWeb(shop, 'plain').exposeThrough(gateway, { listener: 'http' });
  expect(() => addWeb(shop, 'api').exposeThrough(gateway)).toThrow(
    / already uses this host at the gateway: one of the two would never receive requests/,
  );
});
