import { MeshModel } from '../../../lib/access';
import { ask, meshConfig, namespace } from './objects';
import { gateway, HOST, MESH, plain, route } from './routed-mesh';

/** Which requests a route has, and which routes a gateway sees: istio/istio pilot/pkg/model/virtualservice_controller.go, push_context.go, pilot/pkg/networking/core/route/route.go. */

const BY = 'outside by Gateway shop/web';
const ELSEWHERE = { destination: { host: 'other', port: { number: 80 } } };
const TO_WEB = { destination: { host: 'web', port: { number: 80 } } };

function through(objects: readonly object[], request: object = {}): string {
  const model = MeshModel.from([...MESH, gateway('istio-ingressgateway', [plain]), ...objects]);
  return ask(model, { from: BY, to: 'shop/web', ...request }).verdict;
}
const at = (path: string) => ({ method: 'GET', path });

describe('what a VirtualService is exported to', () => {
  test.each([
    [['.'], 'denied'],
    [['other'], 'denied'],
    [['~'], 'denied'],
    [['~', 'istio-system'], 'denied'],
    [['istio-system'], 'allowed'],
    [['.', '*'], 'allowed'],
    [undefined, 'allowed'],
  ])('exportTo %j in another namespace than the gateway: %s', (exportTo, verdict) => {
    expect(through([route({ exportTo })])).toBe(verdict);
  });

  test('the mesh says it for those that do not', () => {
    const config = meshConfig({ trustDomain: 'cluster.local', defaultVirtualServiceExportTo: ['.'] });
    const others = MESH.slice(1);
    const ofMesh = (spec: object) =>
      ask(MeshModel.from([config, ...others, gateway('istio-ingressgateway', [plain]), route(spec)]), {
        from: BY,
        to: 'shop/web',
      }).verdict;
    expect(ofMesh({})).toBe('denied');
    expect(ofMesh({ exportTo: ['*'] })).toBe('allowed');
  });
});

test('istiod knows no route of a namespace that it does not look at', () => {
  const selectors = { discoverySelectors: [{ matchLabels: { 'istio-injection': 'enabled' } }] };
  const looked = { labels: { 'istio-injection': 'enabled' } };
  const mesh = [
    meshConfig({ trustDomain: 'cluster.local', ...selectors }),
    ...MESH.slice(3),
    namespace('shop', looked.labels),
    namespace('istio-system', looked.labels),
    gateway('istio-ingressgateway', [plain]),
  ];
  const verdict = (labels: Record<string, string>) => {
    const far = {
      ...route({
        gateways: ['shop/web'],
        http: [{ route: [{ destination: { host: 'web.shop.svc.cluster.local' } }] }],
      }),
    };
    const elsewhere = { ...far, metadata: { name: 'web', namespace: 'routes' } };
    return ask(MeshModel.from([...mesh, namespace('routes', labels), elsewhere]), { from: BY, to: 'shop/web' }).verdict;
  };
  expect(verdict(looked.labels)).toBe('allowed');
  expect(verdict({ 'istio-injection': 'disabled' })).toBe('denied');
});

describe('a rule that delegates', () => {
  const root = (spec: object = {}) =>
    route({ http: [{ match: [{ uri: { prefix: '/a' } }], delegate: { name: 'inner', ...spec } }] });
  const inner = (http: readonly object[], spec: object = {}) =>
    route({ hosts: [], gateways: [], http, ...spec }, 'inner');

  test.each([
    ['/a', [{ route: [TO_WEB] }], 'allowed'],
    ['/b', [{ route: [TO_WEB] }], 'denied'],
    ['/a/b', [{ match: [{ uri: { prefix: '/a/b' } }], route: [TO_WEB] }], 'allowed'],
    ['/a/c', [{ match: [{ uri: { prefix: '/a/b' } }], route: [TO_WEB] }], 'denied'],
    // What is not a part of the outer match is left out.
    ['/c', [{ match: [{ uri: { prefix: '/c' } }], route: [TO_WEB] }], 'denied'],
    ['/a', [{ match: [{ uri: { exact: '/a' } }, { uri: { exact: '/c' } }], route: [TO_WEB] }], 'denied'],
    ['/a', [{ match: [{ uri: { regex: '/a.*' } }], route: [TO_WEB] }], 'denied'],
    ['/a', [{ match: [{ port: 443 }], route: [TO_WEB] }], 'denied'],
    ['/a', [{ match: [{ port: 80 }], route: [TO_WEB] }], 'allowed'],
  ])('%s by %j: %s', (path, http, verdict) => {
    expect(through([root(), inner(http)], at(path))).toBe(verdict);
  });

  test.each([
    ['is not there', [root({ name: 'missing' })]],
    ['has hosts', [root(), inner([{ route: [TO_WEB] }], { hosts: ['x.example.com'] })]],
    ['is of another namespace', [root({ namespace: 'other' }), inner([{ route: [TO_WEB] }])]],
    ['is not exported there', [root(), inner([{ route: [TO_WEB] }], { exportTo: ['other'] })]],
  ])('is left out where the other %s', (_, objects) => {
    expect(through(objects, at('/a'))).toBe('denied');
  });
});

test('short hosts of another VirtualService are of its namespace', () => {
  const verdict = (host: string) => {
    const inner = route({ hosts: [], gateways: [], http: [{ route: [{ destination: { host } }] }] }, 'inner');
    const elsewhere = { ...inner, metadata: { name: 'inner', namespace: 'routes' } };
    return through([route({ http: [{ delegate: { name: 'inner', namespace: 'routes' } }] }), elsewhere]);
  };
  expect(verdict('web')).toBe('denied');
  expect(verdict('web.shop.svc.cluster.local')).toBe('allowed');
});

describe('the first rule that takes a request has it', () => {
  const http = (...rules: readonly object[]) => [route({ http: rules })];
  const toA = { match: [{ uri: { prefix: '/a' } }], route: [ELSEWHERE] };

  test.each([
    [at('/a'), http(toA, { route: [TO_WEB] }), 'denied'],
    [at('/b'), http(toA, { route: [TO_WEB] }), 'allowed'],
    [at('/a'), http({ route: [TO_WEB] }, toA), 'allowed'],
    [{}, http({ redirect: { uri: '/x' } }, { route: [TO_WEB] }), 'denied'],
    [
      at('/a'),
      http({ match: [{ uri: { exact: '/a' } }], directResponse: { status: 403 } }, { route: [TO_WEB] }),
      'denied',
    ],
    // A header may be another one.
    [
      at('/a'),
      http({ ...toA, match: [{ uri: { prefix: '/a' }, headers: { x: { exact: '1' } } }] }, { route: [TO_WEB] }),
      'allowed',
    ],
    [{}, http(toA, { route: [TO_WEB] }), 'allowed'],
    [{}, http({ ...toA, match: [{ uri: { prefix: '/' } }] }, { route: [TO_WEB] }), 'denied'],
  ])('%j of %j: %s', (request, objects, verdict) => {
    expect(through(objects, request)).toBe(verdict);
  });
});

test('a destination without a share gets no request', () => {
  const shared = (weight: number) => [
    route({
      http: [
        {
          route: [
            { ...TO_WEB, weight },
            { ...ELSEWHERE, weight: 100 - weight },
          ],
        },
      ],
    }),
  ];
  expect(through(shared(0))).toBe('denied');
  expect(through(shared(10))).toBe('allowed');
});

test('a rule that aborts every request lets none through', () => {
  const aborting = (value: number) => [
    route({ http: [{ fault: { abort: { httpStatus: 500, percentage: { value } } }, route: [TO_WEB] }] }),
  ];
  expect(through(aborting(100))).toBe('denied');
  expect(through(aborting(50))).toBe('allowed');
});

test('a server for the traffic of other clusters has no route', () => {
  const verdict = (mode: string) => {
    const server = { port: { number: 443, name: 'tls', protocol: 'TLS' }, tls: { mode }, hosts: [HOST] };
    const passing = route({ http: undefined, tls: [{ match: [{ sniHosts: [HOST] }], route: [TO_WEB] }] });
    const model = MeshModel.from([...MESH, gateway('istio-ingressgateway', [server]), passing]);
    return ask(model, { from: BY, to: 'shop/web' }).verdict;
  };
  expect(verdict('AUTO_PASSTHROUGH')).toBe('denied');
  expect(verdict('PASSTHROUGH')).not.toBe('denied');
});

test('a request goes to the route whose host fits it best', () => {
  const wide = route({ hosts: ['*.example.com'] });
  const other = (hosts: readonly string[], spec: object = {}) =>
    route({ hosts, http: [{ route: [ELSEWHERE] }], ...spec }, 'other');
  const through = (objects: readonly object[], hosts = ['*']) => {
    const model = MeshModel.from([...MESH, gateway('istio-ingressgateway', [{ ...plain, hosts }]), ...objects]);
    return ask(model, { from: BY, to: 'shop/web', host: HOST }).verdict;
  };
  expect(through([wide])).toBe('allowed');
  expect(through([wide, other([HOST])])).toBe('denied');
  expect(through([wide, other(['*.com'])])).toBe('allowed');
  // A server of that host alone has the rules of both.
  expect(through([wide, other([HOST])], [HOST])).toBe('allowed');
  // That one is not at the server, and this one is not seen by the gateway.
  expect(through([wide, other([HOST], { http: [{ match: [{ port: 81 }], route: [ELSEWHERE] }] })])).toBe('allowed');
  expect(through([wide, other([HOST], { exportTo: ['.'] })])).toBe('allowed');
});
