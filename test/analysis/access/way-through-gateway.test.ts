import {
  type AccessRequest,
  accessMatrix,
  compareAccess,
  explain,
  MeshModel,
  matrixToJson,
  matrixToTable,
  type WayThroughGateway,
} from '../../../lib/access';
import { ask, deployment, meshConfig, namespace, peerAuthentication, policy, service } from './objects';

const HOST = 'shop.example.com';
const EDGE = 'cluster.local/ns/istio-system/sa/istio-ingressgateway';

const istio = (kind: string, name: string, spec: object, namespaceName = 'shop') => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name, namespace: namespaceName },
  spec,
});
const gatewayPods = (name: string) => [
  deployment(name, {
    namespace: 'istio-system',
    labels: { istio: name },
    annotations: { 'inject.istio.io/templates': 'gateway' },
    spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
  }),
  service(
    name,
    [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'tls', port: 443, targetPort: 8443 },
    ],
    { namespace: 'istio-system', spec: { selector: { istio: name } } },
  ),
];
const gateway = (selector: string, servers: readonly object[], name = 'web') =>
  istio('Gateway', name, { selector: { istio: selector }, servers });
const plain = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [HOST] };
const passed = {
  port: { number: 443, name: 'tls', protocol: 'TLS' },
  tls: { mode: 'PASSTHROUGH' },
  hosts: [HOST],
};
const route = (spec: object = {}, name = 'web') =>
  istio('VirtualService', name, {
    hosts: [HOST],
    gateways: ['web'],
    http: [{ route: [{ destination: { host: 'web', port: { number: 80 } } }] }],
    ...spec,
  });

/** Only the gateway may call `web`, under STRICT. */
const MESH = [
  meshConfig({ trustDomain: 'cluster.local', defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } } }),
  namespace('shop'),
  namespace('istio-system'),
  ...gatewayPods('istio-ingressgateway'),
  deployment('web'),
  service('web', [{ name: 'http', port: 80, targetPort: 8080 }]),
  peerAuthentication({ mtls: { mode: 'STRICT' } }),
  policy({ rules: [{ from: [{ source: { principals: [EDGE] } }] }] }, { name: 'web' }),
];
const ROUTED = [...MESH, gateway('istio-ingressgateway', [plain]), route()];

function ways(objects: readonly object[], request: Partial<AccessRequest> = {}): readonly WayThroughGateway[] {
  const decision = ask(MeshModel.from(objects), { from: 'outside', to: 'shop/web', ...request });
  expect(decision.verdict).toBe('denied');
  return decision.request.waysIn;
}

function verdicts(objects: readonly object[], request: Partial<AccessRequest> = {}) {
  return ways(objects, request).map(({ gateway: name, verdict, atGateway, atCallee }) => ({
    name,
    verdict,
    there: atGateway.map((one) => one.verdict),
    here: atCallee?.verdict,
  }));
}

const atEdge = (spec: object) =>
  policy(
    { selector: { matchLabels: { istio: 'istio-ingressgateway' } }, ...spec },
    { namespace: 'istio-system', name: 'edge' },
  );

test('a request that only comes through a gateway is decided there and at the callee', () => {
  expect(verdicts(ROUTED)).toEqual([{ name: 'shop/web', verdict: 'allowed', there: ['allowed'], here: 'allowed' }]);
});

test('what the gateway denies does not come through, and both deciding policies are said', () => {
  const objects = [...ROUTED, atEdge({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }] })];
  const request = { method: 'GET', path: '/admin/users' };

  expect(verdicts(objects, request)).toEqual([expect.objectContaining({ verdict: 'denied', here: 'allowed' })]);
  expect(verdicts(objects, { method: 'GET', path: '/' })).toEqual([expect.objectContaining({ verdict: 'allowed' })]);
  const text = explain(ask(MeshModel.from(objects), { from: 'outside', to: 'shop/web', ...request })).join('\n');
  expect(text).toMatch(
    /way in: .*DENY istio-system\/edge, rule 1 denies it; then here ALLOWED, ALLOW shop\/web, rule 1/,
  );
});

test('what the callee denies does not come through either', () => {
  const closed = policy({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['DELETE'] } }] }] });

  expect(verdicts([...ROUTED, closed], { method: 'DELETE', path: '/' })).toEqual([
    { name: 'shop/web', verdict: 'denied', there: ['allowed'], here: 'denied' },
  ]);
});

test('what is not stated leaves both open', () => {
  const objects = [...ROUTED, atEdge({ rules: [{ to: [{ operation: { paths: ['/public/*'] } }] }] })];

  expect(verdicts(objects)).toEqual([expect.objectContaining({ verdict: 'depends', there: ['depends'] })]);
});

test('a route for one host brings that host', () => {
  const objects = [...ROUTED, atEdge({ rules: [{ to: [{ operation: { hosts: [HOST] } }] }] })];

  expect(verdicts(objects)).toEqual([expect.objectContaining({ verdict: 'allowed' })]);
});

test('a route for other hosts is no way for the request', () => {
  expect(verdicts(ROUTED, { host: 'other.example.com' })).toEqual([
    expect.objectContaining({ verdict: 'not-for-host' }),
  ]);
  expect(verdicts(ROUTED, { host: `${HOST}:80` })).toEqual([expect.objectContaining({ verdict: 'allowed' })]);
});

test('a Gateway that opens no port for the hosts of the route lets nothing in', () => {
  const server = { ...plain, hosts: ['other.example.com'] };

  expect(verdicts([...MESH, gateway('istio-ingressgateway', [server]), route()])).toEqual([
    expect.objectContaining({ verdict: 'denied', there: [] }),
  ]);
});

test('each of several gateways is a way of its own', () => {
  const objects = [
    ...ROUTED,
    ...gatewayPods('internal'),
    gateway('internal', [plain], 'internal'),
    route({ gateways: ['internal'] }, 'second'),
  ];

  expect(verdicts(objects)).toEqual([
    { name: 'shop/web', verdict: 'allowed', there: ['allowed'], here: 'allowed' },
    { name: 'shop/internal', verdict: 'denied', there: ['allowed'], here: 'denied' },
  ]);
});

test('rules on HTTP say nothing about TLS that is passed through', () => {
  const objects = [
    ...MESH,
    gateway('istio-ingressgateway', [passed]),
    route({ http: undefined, tls: [{ match: [{ sniHosts: [HOST] }], route: [{ destination: { host: 'web' } }] }] }),
    atEdge({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }] }),
  ];

  expect(verdicts(objects, { method: 'GET', path: '/' })).toEqual([
    expect.objectContaining({ verdict: 'denied', there: ['denied'] }),
  ]);
});

test.each<[string, string]>([
  ['203.0.113.9', 'allowed'],
  ['198.51.100.1', 'denied'],
])('the gateway looks at the original client %s behind a trusted proxy', (client, verdict) => {
  const objects = [...ROUTED, atEdge({ rules: [{ from: [{ source: { remoteIpBlocks: ['203.0.113.0/24'] } }] }] })];
  const headers = { 'x-forwarded-for': client, host: HOST };

  expect(verdicts(objects, { method: 'GET', path: '/', headers })).toEqual([expect.objectContaining({ verdict })]);
});

describe('a token that the gateway verifies', () => {
  const verify = (forward: boolean) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: { name: 'edge', namespace: 'istio-system' },
    spec: {
      selector: { matchLabels: { istio: 'istio-ingressgateway' } },
      jwtRules: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/keys', forwardOriginalToken: forward }],
    },
  });
  const wantsToken = atEdge({ rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] });
  const claims = { iss: 'https://id.example', sub: 'me' };

  test.each<[AccessRequest['claims'], string]>([
    [claims, 'allowed'],
    [null, 'denied'],
    [undefined, 'depends'],
    [{ iss: 'https://other.example', sub: 'me' }, 'denied'],
  ])('%j: %s', (given, verdict) => {
    const request = { method: 'GET', path: '/', ...(given !== undefined && { claims: given }) };

    expect(verdicts([...ROUTED, verify(false), wantsToken], request)).toEqual([expect.objectContaining({ verdict })]);
  });

  test.each([
    [true, 'allowed'],
    [false, 'denied'],
  ])('reaches the callee if forwarded: %s', (forward, here) => {
    const objects = [
      ...ROUTED,
      verify(forward),
      { ...verify(false), metadata: { name: 'web', namespace: 'shop' }, spec: { ...verify(false).spec, selector: {} } },
      policy({ action: 'DENY', rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }] }),
    ];

    expect(verdicts(objects, { method: 'GET', path: '/', claims })).toEqual([expect.objectContaining({ here })]);
  });
});

test('a route that rewrites the path leaves open what the callee sees', () => {
  const rewriting = route({
    http: [{ rewrite: { uri: '/internal' }, route: [{ destination: { host: 'web' } }] }],
  });
  const objects = [
    ...MESH,
    gateway('istio-ingressgateway', [plain]),
    rewriting,
    policy({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/internal*'] } }] }] }),
  ];

  expect(verdicts(objects, { method: 'GET', path: '/' })).toEqual([
    { name: 'shop/web', verdict: 'depends', there: ['allowed'], here: 'depends' },
  ]);
});

test('a gateway that istiod makes for the Gateway API decides too', () => {
  const objects = [
    ...MESH.filter((object) => object !== MESH.at(-1)),
    policy({
      selector: { matchLabels: { app: 'web' } },
      rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/edge-istio'] } }] }],
    }),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'edge', namespace: 'shop' },
      spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname: HOST }] },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        parentRefs: [{ name: 'edge' }],
        hostnames: [HOST],
        rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
      },
    },
    policy({
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }],
      action: 'DENY',
      rules: [{ to: [{ operation: { methods: ['DELETE'] } }] }],
    }),
  ];

  expect(verdicts(objects, { method: 'GET', path: '/' })).toEqual([
    { name: 'shop/edge', verdict: 'allowed', there: ['allowed'], here: 'allowed' },
  ]);
  expect(verdicts(objects, { method: 'DELETE', path: '/' })).toEqual([expect.objectContaining({ verdict: 'denied' })]);
});

test('the matrix says what comes through', () => {
  const table = (objects: readonly object[]) => matrixToTable(accessMatrix(MeshModel.from(objects)));
  const way = 'outside by Gateway shop/web → shop/web:80 (http)';

  expect(table(ROUTED)).toContain(`${way} ✓ ${HOST}\n`);
  const some = atEdge({ action: 'DENY', rules: [{ to: [{ operation: { methods: ['DELETE'] } }] }] });
  expect(table([...ROUTED, some])).toContain(`${way} ~ ${HOST}; at istio-system/istio-ingressgateway: DENY`);
  const all = [...ROUTED, atEdge({ action: 'DENY', rules: [{}] })];
  expect(table(all)).not.toContain('outside by Gateway');
  expect(JSON.parse(matrixToJson(accessMatrix(MeshModel.from(all)))).ways).toEqual([
    expect.objectContaining({ to: 'shop/web', port: 80, access: 'denied' }),
  ]);
});

test.each<[string, object, object, string]>([
  ['closes', {}, { action: 'DENY', rules: [{}] }, 'closed'],
  ['opens', { action: 'DENY', rules: [{}] }, {}, 'opened'],
  ['narrows', {}, { rules: [{ to: [{ operation: { paths: ['/public/*'] } }] }] }, 'narrowed'],
  [
    'changes',
    { rules: [{ to: [{ operation: { paths: ['/public/*'] } }] }] },
    { rules: [{ to: [{ operation: { paths: ['/open/*'] } }] }] },
    'changed',
  ],
])('a comparison shows what a policy at the gateway %s', (_, before, after, kind) => {
  const withPolicy = (spec: object) =>
    MeshModel.from(Object.keys(spec).length === 0 ? ROUTED : [...ROUTED, atEdge(spec as Record<string, unknown>)]);
  const changes = compareAccess(withPolicy(before), withPolicy(after)).filter(({ from }) =>
    from.includes('by Gateway'),
  );

  expect(changes).toEqual([
    expect.objectContaining({ from: `outside by Gateway shop/web for ${HOST}`, to: 'shop/web', kind }),
  ]);
});

test('a Gateway without pods among the manifests is named, and its answer is open', () => {
  const objects = [...MESH, gateway('somewhere-else', [plain]), route()];

  expect(verdicts(objects)).toEqual([{ name: 'shop/web', verdict: 'depends', there: [], here: undefined }]);
});

test('gateways that route to each other come to an end', () => {
  const toGateway = route({
    http: [{ route: [{ destination: { host: 'istio-ingressgateway.istio-system.svc.cluster.local' } }] }],
  });
  const decision = ask(MeshModel.from([...MESH, gateway('istio-ingressgateway', [plain]), toGateway]), {
    from: 'outside',
    to: 'istio-system/istio-ingressgateway',
    port: 80,
  });

  expect(decision.request.waysIn).toEqual([expect.objectContaining({ gateway: 'shop/web', atCallee: undefined })]);
});
