import { accessGraph, MeshModel } from '../../lib/access';
import { checkFiles } from '../../lib/check';
import { ask, deployment, namespace, peerAuthentication, service } from './access/objects';

const SHOP = [
  namespace('shop'),
  deployment('client'),
  deployment('server'),
  service('server', [{ name: 'http', port: 80 }]),
  peerAuthentication({ mtls: { mode: 'STRICT' } }),
];

const destinationRule = (host: string, from = 'shop') => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'rule', namespace: from },
  spec: { host, trafficPolicy: { tls: { mode: 'DISABLE' } } },
});

const virtualService = (host: string, from = 'shop') => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'route', namespace: from },
  spec: { gateways: ['edge'], hosts: ['example.org'], http: [{ route: [{ destination: { host } }] }] },
});

const rulesFor = (manifests: readonly object[]) =>
  checkFiles([{ file: 'a.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }) }]).map(
    ({ rule }) => rule,
  );

// istio/istio pilot/pkg/model/config.go (ResolveShortnameToFQDN): only a name without a dot is completed.
const READINGS: readonly (readonly [host: string, meansServer: boolean])[] = [
  ['server', true],
  ['server.shop.svc.cluster.local', true],
  ['*.shop.svc.cluster.local', true],
  ['*', true],
  ['server.shop', false],
  ['server.shop.svc', false],
  ['*.shop', false],
];

describe.each(READINGS)('host "%s" means the Service server of namespace shop: %s', (host, meansServer) => {
  test('to whoever asks about a DestinationRule', () => {
    const manifests = [...SHOP, destinationRule(host)];
    const { verdict } = ask(MeshModel.from(manifests), { port: 80 });
    const found = rulesFor(manifests).includes('destinationrule-tls-not-istio-mutual');

    expect({ plainText: verdict === 'denied', found }).toEqual({ plainText: meansServer, found: meansServer });
  });

  if (!host.startsWith('*')) {
    test('as the destination of a VirtualService', () => {
      const { exposures } = accessGraph(MeshModel.from([...SHOP, virtualService(host)]));
      expect(exposures.some(({ to }) => to === 'shop/server')).toBe(meansServer);
    });
  }
});

test('a short name in another namespace means a Service of that namespace', () => {
  const manifests = [...SHOP, destinationRule('server', 'other'), virtualService('server', 'other')];
  const model = MeshModel.from(manifests);

  expect(ask(model, { port: 80 }).verdict).toBe('allowed');
  expect(rulesFor(manifests)).not.toContain('destinationrule-tls-not-istio-mutual');
  expect(accessGraph(model).exposures.some(({ to }) => to === 'shop/server')).toBe(false);
});
