import { checkFiles } from '../../../../lib/check';

const gateway = (name: string, host: string, selector = 'istio: ingressgateway', port = 80) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {${selector}}, servers: [{hosts: ["${host}"], port: {name: http, number: ${port}, protocol: HTTP}}]}\n`;
const route = (name: string, host: string, match = '', gateways = name) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${name}, namespace: shop}\nspec: {gateways: [${gateways}], hosts: ["${host}"], http: [{${match}route: [{destination: {host: ${name}}}]}]}\n`;

const says = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: ['gateway-hosts-overlap'] }).map(
    ({ resource, pointer, values }) => `${resource?.name}${pointer} ${values.other} ${values.host}`,
  );

test('two services behind one host of the same pods clash, whatever the Gateways are called', () => {
  expect(says(gateway('a', '*'), route('a', '*'), gateway('b', '*'), route('b', '*'))).toEqual(['b/spec/hosts/0 a *']);
  expect(says(gateway('a', 'x.org'), route('a', '*'), route('b', 'x.org', '', 'shop/a'))).toEqual([
    'b/spec/hosts/0 a x.org',
  ]);
});

test('also at a Gateway that is not among the manifests', () => {
  expect(says(route('a', 'x.org', '', 'edge/public'), route('b', 'X.org', '', 'edge/public'))).toEqual([
    'b/spec/hosts/0 a X.org',
  ]);
});

test.each([
  ['another host', [gateway('a', '*'), route('a', 'x.org'), gateway('b', '*'), route('b', 'y.org')]],
  ['a host within the other, which is tried first', [gateway('a', '*'), route('a', '*'), route('b', 'x.org', '', 'a')]],
  ['other pods', [gateway('a', '*'), route('a', '*'), gateway('b', '*', 'istio: internal'), route('b', '*')]],
  [
    'another port',
    [gateway('a', '*'), route('a', '*'), gateway('b', '*', 'istio: ingressgateway', 8080), route('b', '*')],
  ],
  ['hosts the Gateway does not offer', [gateway('a', 'y.org'), route('a', '*'), route('b', 'x.org', '', 'a')]],
  [
    'paths of its own, which come first',
    [gateway('a', '*'), route('a', '*'), route('b', '*', 'match: [{uri: {prefix: /b}}], ', 'a')],
  ],
  ['routes of workloads', [route('a', 'x.org', '', 'mesh'), route('b', 'x.org', '', 'mesh')]],
])('%s is not a clash', (_, documents) => {
  expect(says(...documents)).toEqual([]);
});

test('a match for everything is as good as none', () => {
  const everything = 'match: [{name: all, uri: {prefix: /}}], ';
  expect(says(gateway('a', '*'), route('a', '*', everything), route('b', '*', '', 'a'))).toHaveLength(1);
});
