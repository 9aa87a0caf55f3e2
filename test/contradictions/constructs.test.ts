import { type CallOptions, MeshNamespace, type MeshService, MtlsMode, Port } from '../../lib';
import { accessMatrix, decide, MeshModel, OUTSIDE } from '../../lib/access';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { makeShop } from '../constructs/mesh/shop-fixture';

/** What the constructs are told, and believe while they write; the model knows only what they wrote. */
const { app, mesh, shop } = makeShop();
const data = new MeshNamespace(app, 'data', { mesh, mtls: MtlsMode.PERMISSIVE });
const image = 'ghcr.io/acme/app:1.0.0';
const HTTP = Port.http(80, { targetPort: 8080 });
const METRICS = Port.http(9090, { suffix: 'metrics' });

const SERVICES: Readonly<Record<string, MeshService>> = {
  web: shop.addService('web', { image, ports: [HTTP] }),
  carts: shop.addService('carts', { image, ports: [HTTP, METRICS] }),
  orders: shop.addService('orders', {
    image,
    ports: [Port.grpc(50051), METRICS],
    portMtls: { 9090: MtlsMode.PERMISSIVE },
  }),
  db: data.addService('db', { image, ports: [Port.mongo()] }),
  cache: data.addService('cache', { image, ports: [Port.redis(), Port.tcp(7000, { targetPort: 7001 })] }),
};

/** Who calls whom, and what of it. */
const CALLS: readonly (readonly [from: string, to: string, options?: CallOptions])[] = [
  ['web', 'carts', { methods: ['GET'], paths: ['/carts/{*}'] }],
  ['web', 'orders', { ports: [50051] }],
  ['carts', 'db'],
  ['orders', 'db'],
  ['orders', 'cache', { ports: [7000] }],
  ['carts', 'orders', { hosts: ['orders.shop'], ports: [9090] }],
  ['db', 'cache'],
];
const EXPOSED = { web: ['shop.example.com'], carts: ['carts.example.com', 'carts.example.org'] } as const;
const WITHOUT_IDENTITY: readonly (readonly [to: string, port: number])[] = [['carts', 9090]];

for (const [from, to, options] of CALLS) named(from).calls(named(to), ...(options === undefined ? [] : [options]));
for (const [name, hosts] of Object.entries(EXPOSED))
  named(name).exposeThrough(mesh.ingressGateway, { hosts: [...hosts], port: 80 });
for (const [name, port] of WITHOUT_IDENTITY) named(name).allowWithoutIdentity({ ports: [port] });

const files = [...app.synthFiles()].map(([file, text]) => ({ file, text }));
const { manifests, problems } = readManifests(files.filter(({ file }) => !file.startsWith('variants/')));
const model = MeshModel.from(manifests);

function named(name: string): MeshService {
  const service = SERVICES[name];
  if (service === undefined) throw new Error(name);
  return service;
}

const refOf = ({ namespace, name }: MeshService) => `${namespace.name}/${name}`;
const ALL = Object.values(SERVICES);
// The table has no callers of themselves.
const pairs = ALL.flatMap((from) =>
  ALL.filter((to) => to !== from).flatMap((to) => to.ports.map((port) => [from, to, port] as const)),
);

/** What the calls in the list mean for a caller and a port. */
function told(from: MeshService, to: MeshService, port: Port): 'allowed' | 'conditional' | 'denied' {
  if (WITHOUT_IDENTITY.some(([name, number]) => named(name) === to && number === port.number)) return 'allowed';
  const fitting = CALLS.filter(([a, b, { ports, methods, paths, hosts } = {}]) => {
    const isHttp = (methods ?? paths ?? hosts) !== undefined;
    const isMeant = ports === undefined ? !isHttp || port.kind === 'http' : ports.includes(port.number);
    return named(a) === from && named(b) === to && isMeant;
  });
  if (fitting.length === 0) return 'denied';
  const isWhole = fitting.some(([, , { methods, paths, hosts } = {}]) => (methods ?? paths ?? hosts) === undefined);
  return isWhole ? 'allowed' : 'conditional';
}

test('what the constructs write is read without a problem', () => {
  expect(problems).toEqual([]);
  expect(model.services.map(({ ref }) => ref)).toEqual(expect.arrayContaining(ALL.map(refOf)));
});

test.each(ALL.map((service) => [refOf(service), service] as const))(
  '%s is the same service to both',
  (ref, service) => {
    const callee = model.findCallee(service.host);
    const workload = model.workloads.find((one) => one.ref === ref);
    if (!('ports' in callee) || 'verdict' in callee || workload === undefined) throw new Error(ref);
    const proxy = model.proxyOf(workload);

    expect(callee.ref).toBe(ref);
    expect('identity' in proxy && proxy.identity).toBe(service.identity.toString());
    expect(
      model.portsOf(callee).map(({ port, protocol, destinations: [one] }) => [port, protocol, one?.podPort]),
    ).toEqual(service.ports.map(({ number, kind, targetPort }) => [number, kind, targetPort]));
    for (const port of service.ports) {
      const { mode } = model.cluster.peerAuthentications.modeOf(workload, port.targetPort);
      expect([port.number, mode]).toEqual([port.number, service.mtlsOf(port).toString()]);
    }
  },
);

test('every pair of services has the access that the calls say, in the table and to one question', () => {
  const cells = new Map(
    accessMatrix(model).cells.map((cell) => [`${cell.from} ${cell.to}:${cell.port.port}`, cell.access]),
  );
  const expected = pairs.map(([from, to, port]) => [
    `${refOf(from)} ${refOf(to)}:${port.number}`,
    told(from, to, port),
  ]);

  expect(expected.map(([pair = '']) => [pair, cells.get(pair)])).toEqual(expected);
  for (const [from, to, port] of pairs) {
    const { verdict } = decide(model, { from: refOf(from), to: refOf(to), port: port.number });
    expect(verdict === 'depends' ? 'conditional' : verdict).toBe(told(from, to, port));
  }
});

test('whoever has no identity gets to those ports that were opened for it', () => {
  const open = accessMatrix(model).cells.filter(({ from, access }) => from === OUTSIDE && access !== 'denied');

  expect(open.map(({ to, port, access }) => [to, port.port, access])).toEqual(
    WITHOUT_IDENTITY.map(([name, port]) => [refOf(named(name)), port, 'allowed']),
  );
});

test('the gateway leads to those services that are exposed, for their hosts, and may call them', () => {
  const ways = model.cluster.waysIn.map(({ route }) => [
    `${route.to.namespace}/${route.to.name}`,
    [...route.hosts].sort(),
  ]);
  expect(ways.sort()).toEqual(
    Object.entries(EXPOSED)
      .map(([name, hosts]) => [refOf(named(name)), [...hosts]])
      .sort(),
  );

  for (const service of ALL) {
    for (const { number } of service.ports) {
      const isOpen = WITHOUT_IDENTITY.some(([name, port]) => named(name) === service && port === number);
      const isExposed = number === 80 && Object.keys(EXPOSED).some((name) => named(name) === service);
      const request = { from: 'istio-system/istio-ingressgateway', to: refOf(service), port: number };
      expect([request.to, number, decide(model, request).verdict]).toEqual([
        request.to,
        number,
        isOpen || isExposed ? 'allowed' : 'denied',
      ]);
    }
  }
});
