import { documentsOf } from '../../golden/written-files';
import { isAllowed, protocolOf } from './written-access';

const WORKLOADS = documentsOf('sock-shop.k8s.yaml');
const POLICIES = documentsOf('sock-shop-policies.k8s.yaml');
const [ISTIO] = documentsOf('istio/istio-operator.yaml');
const TRUST_DOMAIN: string = ISTIO.spec.meshConfig.trustDomain;

const PODS = new Map(WORKLOADS.filter(({ kind }) => kind === 'Deployment').map((each) => [each.metadata.name, each]));
const SERVICES = WORKLOADS.filter(({ kind }) => kind === 'Service');

type Request = readonly [method: string, path: string];

/** Every request of the application's own, read from its sources: `<caller> <callee>` to method and path. */
const HTTP_EDGES: Readonly<Record<string, readonly Request[]>> = {
  'front-end catalogue': [
    ['GET', '/catalogue'],
    ['GET', '/catalogue/size'],
    ['GET', '/catalogue/3395a43e-2d88-40de-b95f-e00e1502085b'],
    ['GET', '/catalogue/images/holy_1.jpeg'],
    ['GET', '/tags'],
  ],
  'front-end carts': [
    ['GET', '/carts/57a98d98e4b00679b4a830b2/items'],
    ['GET', '/carts/57a98d98e4b00679b4a830b2/merge'],
    ['POST', '/carts/57a98d98e4b00679b4a830b2/items'],
    ['PATCH', '/carts/57a98d98e4b00679b4a830b2/items'],
    ['DELETE', '/carts/57a98d98e4b00679b4a830b2'],
    ['DELETE', '/carts/57a98d98e4b00679b4a830b2/items/3395a43e'],
  ],
  'front-end orders': [
    ['GET', '/orders/search/customerId'],
    ['GET', '/orders/5b1a7f6ee4b0'],
    ['POST', '/orders'],
  ],
  'front-end user': [
    ...['/login', '/customers', '/customers/1', '/customers/1/addresses', '/customers/1/cards'].map(
      (path) => ['GET', path] as const,
    ),
    ...['/addresses', '/cards', '/cards/1'].map((path) => ['GET', path] as const),
    ...['/register', '/customers', '/addresses', '/cards'].map((path) => ['POST', path] as const),
    ...['/customers/1', '/addresses/1', '/cards/1'].map((path) => ['DELETE', path] as const),
  ],
  'orders user': [
    ['GET', '/customers/1'],
    ['GET', '/addresses/1'],
    ['GET', '/cards/1'],
  ],
  'orders carts': [['GET', '/carts/57a98d98e4b00679b4a830b2/items']],
  'orders payment': [['POST', '/paymentAuth']],
  'orders shipping': [['POST', '/shipping']],
};

/** Connections that carry no requests Istio could see: `<caller> <callee>` to the Service's port. */
const TCP_EDGES: Readonly<Record<string, number>> = {
  'front-end session-db': 6379,
  'orders orders-db': 27017,
  'carts carts-db': 27017,
  'user user-db': 27017,
  'catalogue catalogue-db': 3306,
  'shipping rabbitmq': 5672,
  'queue-master rabbitmq': 5672,
};

const INGRESS: readonly Request[] = [
  ...['/', '/index.html', '/css/custom.css', '/img/logo.png', '/js/client.js', '/fonts/x.woff', '/favicon.png'],
  ...['/catalogue', '/catalogue/size', '/catalogue/images/a.jpg', '/tags', '/cart', '/orders', '/orders/1'],
  ...['/customers', '/customers/1', '/cards', '/cards/1', '/card', '/address', '/addresses', '/login'],
]
  .map((path): Request => ['GET', path])
  .concat(
    ['/cart', '/cart/update', '/orders', '/customers', '/addresses', '/cards', '/register'].map((path) => [
      'POST',
      path,
    ]),
    ['/cart', '/cart/1', '/customers/1', '/addresses/1', '/cards/1'].map((path) => ['DELETE', path]),
  );

/** Whatever anybody asks of anybody, and some more: what each pair without an edge is tried with. */
const PROBES: readonly Request[] = [
  ...Object.values(HTTP_EDGES).flat(),
  ...INGRESS,
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].flatMap((method) =>
    ['/', '/health', '/metrics', '/carts/1', '/orders/1/x', '/shipping/1'].map((path): Request => [method, path]),
  ),
];

/** Those of the probes that are requests of an edge, about another thing. */
const WITH_OTHER_IDS: readonly Request[] = [
  ['GET', '/catalogue/images/a.jpg'],
  ['DELETE', '/carts/1'],
  ['GET', '/orders/1'],
  ['GET', '/orders/1/x'],
];

interface Try {
  readonly principal: string | undefined;
  readonly callee: string;
  readonly port: number;
  readonly request?: Request;
}

/** The pods behind a Service, by its own selector. */
function podsOf(service: (typeof SERVICES)[number]): readonly (typeof SERVICES)[number][] {
  return [...PODS.values()].filter((pod) =>
    Object.entries(service.spec.selector).every(([key, text]) => pod.spec.template.metadata.labels[key] === text),
  );
}

const TARGETS = new Map(SERVICES.map((service) => [service.metadata.name, { service, pods: podsOf(service) }]));

function allowed(policies: readonly unknown[], { principal, callee, port, request }: Try): boolean {
  const { service, pods } = TARGETS.get(callee) as { service: (typeof SERVICES)[number]; pods: readonly unknown[] };
  const servicePort = service.spec.ports.find((each: { port: number }) => each.port === port);
  return isAllowed(policies, {
    principal,
    pod: pods[0],
    targetPort: servicePort.targetPort,
    http: protocolOf(servicePort) === 'http',
    ...(request && { method: request[0], path: request[1] }),
  });
}

function identityOf(name: string): string {
  const { namespace } = PODS.get(name).metadata;
  return `${TRUST_DOMAIN}/ns/${namespace}/sa/${PODS.get(name).spec.template.spec.serviceAccountName}`;
}

/** The gateway's, as Istio's installation names it. */
const GATEWAY = `${TRUST_DOMAIN}/ns/istio-system/sa/istio-ingressgateway-service-account`;

/** All that gets through at all, of everything that can be tried. */
function openings(policies: readonly unknown[], principal: string | undefined, callee: string): readonly string[] {
  const service = SERVICES.find(({ metadata }) => metadata.name === callee);
  return service.spec.ports.flatMap((servicePort: { port: number }) => {
    const { port } = servicePort;
    if (protocolOf(servicePort) === 'tcp') return allowed(policies, { principal, callee, port }) ? [`${port}`] : [];
    return PROBES.filter((request) => allowed(policies, { principal, callee, port, request })).map(
      (request) => `${port} ${request.join(' ')}`,
    );
  });
}

const NAMES = [...PODS.keys()];
const PAIRS = NAMES.flatMap((caller) =>
  NAMES.filter((callee) => callee !== caller).map((callee) => [caller, callee] as const),
);
const EDGES = new Set([...Object.keys(HTTP_EDGES), ...Object.keys(TCP_EDGES)]);

test('each Service leads to the pods of one workload', () => {
  expect([...TARGETS].map(([name, { pods }]) => [name, ...pods])).toEqual([...PODS]);
});

test('there are 14 services, 182 ordered pairs of them, and 15 edges', () => {
  expect(NAMES).toHaveLength(14);
  expect(PAIRS).toHaveLength(182);
  expect(EDGES.size).toBe(15);
});

test.each(Object.entries(HTTP_EDGES))('%s: every request that the application makes is allowed', (edge, requests) => {
  const [caller = '', callee = ''] = edge.split(' ');
  const refused = requests.filter(
    (request) => !allowed(POLICIES, { principal: identityOf(caller), callee, port: 80, request }),
  );
  expect(refused).toEqual([]);
});

test.each(Object.entries(HTTP_EDGES))(
  '%s: of all that anybody asks of anybody, only that is allowed',
  (edge, requests) => {
    const [caller = '', callee = ''] = edge.split(' ');
    const own = new Set([...requests, ...WITH_OTHER_IDS].map((request) => `80 ${request.join(' ')}`));
    expect(openings(POLICIES, identityOf(caller), callee).filter((request) => !own.has(request))).toEqual([]);
  },
);

test.each(Object.entries(TCP_EDGES))('%s: the connection to port %d is allowed', (edge, port) => {
  const [caller = '', callee = ''] = edge.split(' ');
  expect(allowed(POLICIES, { principal: identityOf(caller), callee, port })).toBe(true);
});

test('every one of the other 167 pairs is denied, at every port and for every request tried', () => {
  const others = PAIRS.filter(([caller, callee]) => !EDGES.has(`${caller} ${callee}`));
  expect(others).toHaveLength(167);
  for (const [caller, callee] of others) {
    expect([caller, callee, openings(POLICIES, identityOf(caller), callee)]).toEqual([caller, callee, []]);
  }
});

test.each<[string, string, number, string, string]>([
  ['front-end', 'catalogue', 80, 'POST', '/catalogue'],
  ['front-end', 'catalogue', 80, 'GET', '/health'],
  ['front-end', 'carts', 80, 'PUT', '/carts/1/items'],
  ['front-end', 'carts', 80, 'GET', '/carts/1'],
  ['front-end', 'orders', 80, 'DELETE', '/orders/1'],
  ['front-end', 'user', 80, 'GET', '/addresses/1'],
  ['orders', 'user', 80, 'DELETE', '/customers/1'],
  ['orders', 'carts', 80, 'PATCH', '/carts/1/items'],
  ['orders', 'shipping', 80, 'GET', '/shipping'],
  ['shipping', 'rabbitmq', 9090, 'GET', '/metrics'],
])('%s may not do to %s:%d what its edge does not say: %s %s', (caller, callee, port, method, path) => {
  expect(allowed(POLICIES, { principal: identityOf(caller), callee, port, request: [method, path] })).toBe(false);
});

test("customers come in through the gateway to front-end, and to front-end's public paths only", () => {
  for (const request of INGRESS) {
    expect([request, allowed(POLICIES, { principal: GATEWAY, callee: 'front-end', port: 80, request })]).toEqual([
      request,
      true,
    ]);
  }
  const metrics: Request = ['GET', '/metrics'];
  expect(allowed(POLICIES, { principal: GATEWAY, callee: 'front-end', port: 80, request: metrics })).toBe(false);
  for (const callee of NAMES.filter((name) => name !== 'front-end')) {
    expect([callee, openings(POLICIES, GATEWAY, callee)]).toEqual([callee, []]);
  }
});

test('every port of every service takes mTLS only', () => {
  const modes = POLICIES.filter(({ kind }) => kind === 'PeerAuthentication').map(({ spec }) => spec);
  expect(modes).toEqual([{ mtls: { mode: 'STRICT' } }]);
});

test.each([
  ['another namespace', `${TRUST_DOMAIN}/ns/test-app/sa/test-app`],
  ["the same name in another namespace's account", `${TRUST_DOMAIN}/ns/other/sa/front-end`],
  ['the same name in another trust domain', 'cluster.local/ns/sock-shop/sa/front-end'],
  ['plain text', undefined],
])('nobody gets in from %s', (_who, principal) => {
  for (const callee of NAMES) expect([callee, openings(POLICIES, principal, callee)]).toEqual([callee, []]);
});

describe('variants', () => {
  const denyAll = documentsOf('variants/sock-shop-deny-all.k8s.yaml');
  const permissive = documentsOf('variants/sock-shop-permissive-mtls.k8s.yaml');
  const callers = [...NAMES.map(identityOf), GATEWAY, undefined];

  test.each([
    ['beside the policies', [...POLICIES, ...denyAll]],
    ['alone', denyAll],
  ])('deny-all stops every call, %s', (_how, policies) => {
    for (const callee of NAMES) {
      for (const principal of callers) expect(openings(policies, principal, callee)).toEqual([]);
    }
  });

  test('permissive mTLS takes the place of the strict object, and opens no call: plain text has no identity', () => {
    const [strict] = POLICIES.filter(({ kind }) => kind === 'PeerAuthentication');
    expect(permissive).toEqual([{ ...strict, spec: { mtls: { mode: 'PERMISSIVE' } } }]);

    const replaced = [...POLICIES.filter((each) => each !== strict), ...permissive];
    for (const callee of NAMES) expect(openings(replaced, undefined, callee)).toEqual([]);
  });
});
