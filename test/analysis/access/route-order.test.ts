import { explain, MeshModel } from '../../../lib/access';
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
  // A server of that host alone has the rules of both: the older one's come first.
  expect(through([wide, other([HOST])], [HOST])).toBe('depends');
  // That one is not at the server, and this one is not seen by the gateway.
  expect(through([wide, other([HOST], { http: [{ match: [{ port: 81 }], route: [ELSEWHERE] }] })])).toBe('allowed');
  expect(through([wide, other([HOST], { exportTo: ['.'] })])).toBe('allowed');
});

describe('routes that lead nowhere', () => {
  const wide = route({ hosts: ['*.example.com'] });
  const asked = (one: object, request: object = { host: HOST, method: 'GET', path: '/' }) => {
    const mesh = [...MESH, gateway('istio-ingressgateway', [{ ...plain, hosts: ['*'] }])];
    return ask(MeshModel.from([...mesh, wide, one]), { from: BY, to: 'shop/web', ...request }).verdict;
  };
  const nowhere = (rule: object) => route({ http: [rule] }, 'nowhere');

  test.each([
    ['redirects', { redirect: { uri: '/' } }],
    ['answers by itself', { directResponse: { status: 403 } }],
    ['leads out of the mesh', { route: [{ destination: { host: 'api.example.org' } }] }],
  ])('one that %s has the requests for its host', (_, rule) => {
    expect(asked(nowhere(rule))).toBe('denied');
    expect(asked(nowhere(rule), { host: 'b.example.com' })).toBe('allowed');
  });

  test('what its rules do not take goes nowhere either', () => {
    const some = nowhere({ match: [{ uri: { prefix: '/a' } }], redirect: { uri: '/' } });
    expect(asked(some, { host: HOST, method: 'GET', path: '/b' })).toBe('denied');
  });

  test('a Gateway beside it on the same pods and port has the same lists', () => {
    const beside = [
      gateway('istio-ingressgateway', [plain], 'beside'),
      route({ gateways: ['beside'], http: [{ directResponse: { status: 403 } }] }, 'nowhere'),
    ];
    const mesh = [...MESH, gateway('istio-ingressgateway', [{ ...plain, hosts: ['*'] }]), wide, ...beside];
    expect(ask(MeshModel.from(mesh), { from: BY, to: 'shop/web', host: HOST }).verdict).toBe('denied');
  });

  test('a server that redirects to HTTPS has its host from one with a wildcard', () => {
    const redirecting = gateway('istio-ingressgateway', [{ ...plain, tls: { httpsRedirect: true } }], 'beside');
    const mesh = [...MESH, gateway('istio-ingressgateway', [{ ...plain, hosts: ['*'] }]), wide, redirecting];
    expect(ask(MeshModel.from(mesh), { from: BY, to: 'shop/web', host: HOST }).verdict).toBe('denied');
  });
});

describe('the order of several VirtualServices for one host', () => {
  const made = (one: object, time: string) => {
    const { metadata, ...rest } = one as { metadata: object };
    return { ...rest, metadata: { ...metadata, creationTimestamp: time } };
  };
  const rule = (match: object | undefined, to: object) => ({ ...(match && { match: [match] }), route: [to] });
  const own = (match?: object, spec: object = {}) => route({ http: [rule(match, TO_WEB)], ...spec }, 'web');
  const other = (match?: object, spec: object = {}) => route({ http: [rule(match, ELSEWHERE)], ...spec }, 'other');
  const [EARLY, LATE] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];

  test.each<[string, readonly object[], string]>([
    ['rules for all paths come last', [own(), other({ uri: { prefix: '/a' } })], 'denied'],
    ['whatever is older', [made(own(), EARLY), made(other({ uri: { prefix: '/a' } }), LATE)], 'denied'],
    ['a rule for a path comes before them', [own({ uri: { prefix: '/a' } }), other()], 'allowed'],
    [
      'the older of two for a path is first',
      [made(own({ uri: { prefix: '/' } }), EARLY), made(other(), LATE)],
      'allowed',
    ],
    ['and has what the younger would', [made(own(), LATE), made(other(), EARLY)], 'denied'],
    ['the first by name if both are as old', [made(own(), EARLY), made(other(), EARLY)], 'denied'],
    ['unknown ages leave it open', [own(), other()], 'depends'],
    ['one age too', [made(own(), EARLY), other()], 'depends'],
    ['exported to the gateway alone comes first', [own(undefined, { exportTo: ['istio-system'] }), other()], 'allowed'],
    [
      'before the older one',
      [made(own(), EARLY), made(other(undefined, { exportTo: ['istio-system'] }), LATE)],
      'denied',
    ],
    [
      'rules behind one for all paths are left out',
      [
        made(own(), EARLY),
        made(route({ http: [rule(undefined, ELSEWHERE), rule({ uri: { prefix: '/a' } }, ELSEWHERE)] }, 'other'), LATE),
      ],
      'allowed',
    ],
    [
      'a pattern for everything is one for all paths',
      [own({ uri: { prefix: '/a' } }), other({ uri: { regex: '.*' } })],
      'allowed',
    ],
    [
      'a condition on headers may not hold',
      [made(own(), LATE), made(other({ headers: { x: { exact: '1' } } }), EARLY)],
      'allowed',
    ],
  ])('%s', (_, objects, verdict) => {
    expect(through(objects, at('/a/b'))).toBe(verdict);
  });

  test('the answer says which has to be older', () => {
    const mesh = [...MESH, gateway('istio-ingressgateway', [plain]), own(), other()];
    const decision = ask(MeshModel.from(mesh), { from: BY, to: 'shop/web' });
    expect(explain(decision).join('\n')).toContain(
      'assumed: VirtualService shop/web is older than VirtualService shop/other, which matches the same requests',
    );
  });
});

test('copies of requests get to the callee, under another host', () => {
  const mirrored = (rule: object) => [route({ http: [{ route: [ELSEWHERE], ...rule }] })];
  const copies = { mirror: { host: 'web', port: { number: 80 } } };
  expect(through(mirrored(copies))).toBe('allowed');
  expect(through(mirrored({ mirrors: [{ destination: copies.mirror }] }))).toBe('allowed');
  expect(through(mirrored({ ...copies, mirrorPercentage: { value: 0 } }))).toBe('denied');
  expect(through([route({ http: [{ redirect: { uri: '/' }, ...copies }] })])).toBe('denied');
});
