import { explain, MeshModel } from '../../../lib/access';
import { ask, deployment, namespace, peerAuthentication, service } from './objects';
import { istio } from './routed-mesh';

const SHOP = [
  namespace('shop'),
  deployment('web'),
  deployment('api', { labels: { version: 'v1' } }),
  service('api', [{ name: 'http', port: 80 }]),
  peerAuthentication({ mtls: { mode: 'STRICT' } }),
];
const subset = (name: string, mode?: string, version = 'v1') => ({
  name,
  labels: { version },
  ...(mode && { trafficPolicy: { tls: { mode } } }),
});
const rule = (...subsets: readonly object[]) => istio('DestinationRule', 'api', { host: 'api', subsets });
const to = (name?: string) => ({ destination: { host: 'api', ...(name && { subset: name }) } });
const route = (http: readonly object[], spec: object = {}) =>
  istio('VirtualService', 'api', { hosts: ['api'], http, ...spec });
const verdict = (...objects: readonly object[]) =>
  ask(MeshModel.from([...SHOP, ...objects]), { from: 'shop/web', to: 'shop/api', port: 80, method: 'GET', path: '/' });

const PLAIN = rule(subset('plain', 'DISABLE'), subset('meshed'));

test.each<[string, readonly object[], string]>([
  ['that no route names', [PLAIN], 'allowed'],
  ['that every route names', [PLAIN, route([{ route: [to('plain')] }])], 'denied'],
  ['that some routes name', [PLAIN, route([{ route: [to('plain')] }, { route: [to()] }])], 'depends'],
  ['beside one with TLS of the mesh', [PLAIN, route([{ route: [to('plain'), to('meshed')] }])], 'depends'],
  ['without TLS of its own', [PLAIN, route([{ route: [to('meshed')] }])], 'allowed'],
  ['of other pods', [rule(subset('plain', 'DISABLE', 'v2')), route([{ route: [to('plain')] }])], 'allowed'],
  ['that a gateway’s route names', [PLAIN, route([{ route: [to('plain')] }], { gateways: ['edge'] })], 'depends'],
])('a subset with plain text %s', (_, objects, expected) => {
  expect(verdict(...objects).verdict).toBe(expected);
});

const named = (name: string, spec: object, creationTimestamp?: string) => ({
  ...istio('DestinationRule', name, { host: 'api', ...spec }),
  metadata: { name, namespace: 'shop', ...(creationTimestamp && { creationTimestamp }) },
});

test('the subsets of several rules for a host count', () => {
  const other = named('other', { subsets: [subset('plain', 'DISABLE')] });
  const first = named('first', { trafficPolicy: { loadBalancer: { simple: 'RANDOM' } } });
  expect(verdict(first, other, route([{ route: [to('plain')] }])).verdict).toBe('denied');
});

test('of several rules whose ages are not known, the answer says which was taken', () => {
  const mode = (name: string) => ({ trafficPolicy: { tls: { mode: name } } });
  const assumed = (...objects: readonly object[]) =>
    explain(verdict(...objects)).filter((line) => line.includes('of DestinationRules'));
  expect(assumed(named('a', mode('DISABLE')), named('b', mode('ISTIO_MUTUAL')))).toEqual([
    'assumed: the traffic policy of a applies, the first by name of DestinationRules a, b in namespace shop: the manifests do not state which one is oldest',
  ]);
  expect(assumed(named('a', mode('DISABLE')), named('b', mode('DISABLE')))).toEqual([]);
  expect(assumed(named('a', mode('DISABLE')), named('b', {}))).toEqual([]);
  const [early, late] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];
  expect(assumed(named('a', mode('DISABLE'), late), named('b', mode('ISTIO_MUTUAL'), early))).toEqual([]);
});

test('an answer that depends on it names the subset', () => {
  const both = route([{ route: [to('plain'), to('meshed')] }]);

  expect(explain(verdict(PLAIN, both)).join('\n')).toMatch(/shop\/api \(subset plain\) as HTTP: denied/);
});
