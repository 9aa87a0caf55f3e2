import { checkFiles } from '../../../../../lib/check';

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {selector: {app: db}, ports: [{name: tcp, port: 80}]}\n';
const rule = (host: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: db, namespace: shop}\nspec: {host: ${host}, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}\n`;
const route = (host: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: db, namespace: shop}\nspec: {hosts: [db.example.org], tcp: [{route: [{destination: {host: db}}, {destination: {host: ${host}}}]}]}\n`;
const entry = (host: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: shop}\nspec: {hosts: [${host}], ports: [{name: tcp, number: 80, protocol: TCP}], resolution: DNS}\n`;

const says = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: [SERVICE, ...documents].join('---\n') }], { rules: ['host-not-completed'] }).map(
    ({ pointer, fix }) => `${pointer} ${fix}`,
  );

test.each(['db.shop', 'db.shop.svc'])('%s is not the Service db of namespace shop', (host) => {
  expect(says(rule(host))).toEqual(['/spec/host write db.shop.svc.cluster.local']);
  expect(says(route(host))).toEqual(['/spec/tcp/0/route/1/destination/host write db.shop.svc.cluster.local']);
});

test.each(['db', 'db.shop.svc.cluster.local', '"*.shop"', 'db.other', 'api.example.org'])(
  '%s is left alone',
  (host) => {
    expect(says(rule(host))).toEqual([]);
  },
);

test('a ServiceEntry makes such a host exist', () => {
  expect(says(rule('db.shop'), entry('db.shop'))).toEqual([]);
  expect(says(rule('db.shop'), entry('db.example.org'))).toHaveLength(1);
});
