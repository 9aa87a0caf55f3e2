import { ExternalService, type ExternalServiceProps, MeshNamespace, Port } from '../../../lib';
import { decide } from '../../../lib/analysis/access/ask';
import { MeshModel } from '../../../lib/analysis/access/mesh-model';
import { addWeb, documentsIn, makeShop, written } from '../mesh/shop-fixture';

const FILE = 'shop-policies.k8s.yaml';

function external(props: Partial<ExternalServiceProps>) {
  const made = makeShop({}, { istio: { version: '1.31', egress: 'registry-only' } });
  const service = new ExternalService(made.shop, 'payments', {
    hosts: ['api.payments.example'],
    ports: [Port.https()],
    ...props,
  });
  return { ...made, service, spec: () => written(made.app, FILE, 'ServiceEntry', 'payments').spec };
}

test('names a host outside the mesh to the workloads of its namespace', () => {
  expect(external({}).spec()).toEqual({
    hosts: ['api.payments.example'],
    exportTo: ['.'],
    location: 'MESH_EXTERNAL',
    resolution: 'DNS',
    ports: [{ name: 'https', number: 443, protocol: 'TLS' }],
  });
});

test('only namespaces that see it may leave for it, and only for that', () => {
  const { app, mesh, shop } = external({ visibleTo: ['shop', 'reports'] });
  addWeb(shop, 'web');
  const [reports, other] = ['reports', 'other'].map((name) => new MeshNamespace(app, name, { mesh }));
  addWeb(reports as MeshNamespace, 'report');
  addWeb(other as MeshNamespace, 'thing');
  const model = MeshModel.from(app);
  const reach = (from: string, to: string) => decide(model, { from, to, port: 443 });
  const outcome = (is: string) => expect.objectContaining({ egress: expect.objectContaining({ reach: is }) });
  expect(reach('shop/web', 'api.payments.example')).toEqual(outcome('reachable'));
  expect(reach('reports/report', 'api.payments.example')).toEqual(outcome('reachable'));
  expect(reach('other/thing', 'api.payments.example')).toEqual(outcome('blocked'));
  expect(reach('shop/web', 'elsewhere.example')).toEqual(outcome('blocked'));
});

test('is seen by the whole mesh if asked to', () => {
  expect(external({ visibleTo: 'mesh' }).spec().exportTo).toEqual(['*']);
});

test('without registry-only the mesh lets everything out, and says nothing of it', () => {
  const { app } = makeShop();
  const { meshConfig } = written(app, 'istio/istio-operator.yaml', 'IstioOperator', 'istio').spec;
  expect(meshConfig.outboundTrafficPolicy).toBeUndefined();
});

test.each(['istio/istio-operator.yaml', 'istio/values-istiod.yaml'])('registry-only is in %s', (file) => {
  const [document] = documentsIn(external({}).app, file);
  const { meshConfig } = document.spec ?? document;
  expect(meshConfig.outboundTrafficPolicy).toEqual({ mode: 'REGISTRY_ONLY' });
});

test('plain TCP goes to the addresses it was going to', () => {
  const { spec } = external({ ports: [Port.postgres()], addresses: ['192.0.2.16/28'] });
  expect(spec()).toMatchObject({
    addresses: ['192.0.2.16/28'],
    resolution: 'NONE',
    ports: [{ name: 'tcp-postgres', number: 5432, protocol: 'TCP' }],
  });
});

test('a wildcard is not looked up', () => {
  expect(external({ hosts: ['*.payments.example'] }).spec().resolution).toBe('NONE');
});

test("the caller's proxy makes the TLS, and verifies the host that was asked for", () => {
  const hosts = ['api.payments.example', 'eu.payments.example'] as const;
  const { app, spec } = external({ hosts, ports: [Port.http(80, { targetPort: 443 })], originateTls: true });
  expect(spec().ports).toEqual([{ name: 'http', number: 80, protocol: 'HTTP', targetPort: 443 }]);
  const rules = documentsIn(app, FILE).filter(({ kind }) => kind === 'DestinationRule');
  // With an SNI or names of its own, Envoy would not take them from the request.
  expect(rules.map((rule) => rule.spec)).toEqual(
    hosts.map((host) => ({ host, exportTo: ['.'], trafficPolicy: { tls: { mode: 'SIMPLE' } } })),
  );
});

const http = Port.http(80, { targetPort: 443 });
test.each<[string, Partial<ExternalServiceProps>, RegExp]>([
  ['a Service of the cluster', { hosts: ['api.shop.svc.cluster.local'] }, /not the name of an external host/],
  ['a short name', { hosts: ['db'] }, /not the name of an external host/],
  ['a URL', { hosts: ['https://db.example'] }, /not the name of an external host/],
  ['plain TCP without an address', { ports: [Port.mysql()] }, /every connection to port 3306 would go there/],
  ['an address that is none', { addresses: ['db.example'] }, /not a valid IP address/],
  ['two ports of one number', { ports: [Port.https(443), Port.http(443)] }, /two ports have the same number/],
  ['two ports of one name', { ports: [Port.https(443), Port.https(8443)] }, /two ports have the same name/],
  [
    'TLS around TLS',
    { originateTls: true },
    /a proxy can originate TLS only for HTTP to hosts that it can resolve; otherwise it cannot verify the server’s name/,
  ],
  [
    'TLS to hosts not looked up',
    { hosts: ['*.b.example'], ports: [http], originateTls: true },
    /a proxy can originate TLS only for HTTP to hosts that it can resolve; otherwise it cannot verify the server’s name/,
  ],
  [
    'TLS to an address',
    { addresses: ['192.0.2.1'], ports: [http], originateTls: true },
    /a proxy can originate TLS only for HTTP to hosts that it can resolve; otherwise it cannot verify the server’s name/,
  ],
])('refuses %s', (_, props, message) => {
  expect(() => external(props)).toThrow(message);
});

test('a URL in the place of a host is an error where it was written, with what to leave out', () => {
  const { shop } = makeShop();

  expect(
    () => new ExternalService(shop, 'bank', { hosts: ['https://api.bank.example'], ports: [Port.https()] }),
  ).toThrow(/^\[shop\/bank\] not the name of an external host: "https:.*Fix: remove the scheme, the port and the path/);
});
