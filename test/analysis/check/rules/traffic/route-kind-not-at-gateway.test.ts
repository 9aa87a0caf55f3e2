import { checkFiles } from '../../../../../lib/check';

const HOST = 'shop.example';
const TO = 'route: [{destination: {host: web.shop.svc.cluster.local}}]';
const server = (protocol: string, mode?: string, host = HOST) =>
  `{port: {number: 443, name: a, protocol: ${protocol}}, hosts: ["${host}"]${mode === undefined ? '' : `, tls: {mode: ${mode}, credentialName: a}`}}`;
const gateway = (...servers: readonly string[]) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec: {selector: {a: b}, servers: [${servers.join(', ')}]}\n`;
const LISTS = {
  http: `http: [{${TO}}]`,
  tls: `tls: [{match: [{sniHosts: [${HOST}]}], ${TO}}]`,
  tcp: `tcp: [{${TO}}]`,
} as const;
const route = (...lists: readonly (keyof typeof LISTS)[]) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\nspec: {hosts: [${HOST}], gateways: [edge], ${lists.map((list) => LISTS[list]).join(', ')}}\n`;

const found = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: ['route-kind-not-at-gateway'] }).map(
    (finding) => finding.found,
  );

// istio/istio pilot/pkg/networking/core/gateway.go: HTTP routes, TLS routes of what is passed on, TCP routes of the rest.
test.each<[string, string, keyof typeof LISTS]>([
  ['HTTP', server('HTTP'), 'http'],
  ['HTTPS that ends there', server('HTTPS', 'SIMPLE'), 'http'],
  ['HTTPS that is passed on', server('HTTPS', 'PASSTHROUGH'), 'tls'],
  ['TLS that is passed on', server('TLS', 'PASSTHROUGH'), 'tls'],
  ['TLS that ends there', server('TLS', 'SIMPLE'), 'tcp'],
  ['TCP', server('TCP'), 'tcp'],
])('a server of %s reads its own kind of rules only', (_, one, reads) => {
  for (const kind of ['http', 'tls', 'tcp'] as const) {
    expect([kind, found(gateway(one), route(kind)).length]).toEqual([kind, kind === reads ? 0 : 1]);
  }
});

test('says which rules there are, and which are read', () => {
  expect(found(gateway(server('TLS', 'PASSTHROUGH')), route('http', 'tcp'))).toEqual([
    'the VirtualService has http and tcp rules, but for its hosts Gateway "edge" reads only tls rules',
  ]);
});

test.each([
  ['one of its kinds is read', [gateway(server('HTTP')), route('http', 'tls')]],
  ['another server for the host reads them', [gateway(server('HTTP'), server('TLS', 'PASSTHROUGH')), route('tls')]],
  ['no server is for its hosts', [gateway(server('HTTP', undefined, 'other.example')), route('tls')]],
  ['the Gateway is not among the files', [route('tls')]],
  [
    'the host is filled in later',
    [gateway(server('HTTP', undefined, '*')), route('tls').replace(`[${HOST}], g`, '["{{ host }}"], g')],
  ],
])('nothing is found where %s', (_, documents) => {
  expect(found(...documents)).toEqual([]);
});
