import {
  type AccessRequest,
  accessMatrix,
  compareAccess,
  decide,
  describeRequestProblem,
  explain,
  MeshModel,
  matrixToJson,
  matrixToTable,
  type WayThroughGateway,
} from '../../../../lib/access';
import { ask, deployment, policy, service } from '../objects';
import { atEdge, gateway, gatewayPods, HOST, istio, MESH, passed, plain, ROUTED, route } from '../routed-mesh';

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
    /ingress: .*DENY istio-system\/edge, rule 1 denies it; then at the callee ALLOWED, ALLOW shop\/web, rule 1/,
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
  expect(verdicts(ROUTED, { host: 'other.example.com' })).toEqual([expect.objectContaining({ verdict: 'not-routed' })]);
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

test.each([
  ['an ordinary workload', {}],
  ['one without a proxy', { 'sidecar.istio.io/inject': 'false' }],
])('a Gateway for %s that routes to itself comes to an end', (_, labels) => {
  const own = [deployment('own', { labels }), service('own', [{ name: 'http', port: 80 }])];
  const selecting = istio('Gateway', 'web', { selector: { app: 'own' }, servers: [plain] });
  const toItself = route({ http: [{ route: [{ destination: { host: 'own' } }] }] });
  const decision = ask(MeshModel.from([...MESH, ...own, selecting, toItself]), { from: 'outside', to: 'shop/own' });

  expect(decision.request.waysIn).toEqual([expect.objectContaining({ verdict: 'depends', atCallee: undefined })]);
});

describe('which requests a route takes', () => {
  const web = [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'admin', port: 9090, targetPort: 9090 },
  ];
  const others = MESH.filter(
    (one) => !('kind' in one && one.kind === 'Service' && JSON.stringify(one).includes('"web"')),
  );
  const twoPorts = [...others, service('web', web), gateway('istio-ingressgateway', [plain])];

  test('another port of the Service is not reached', () => {
    const objects = [...twoPorts, route()];

    expect(verdicts(objects, { port: 80 })).toHaveLength(1);
    expect(verdicts(objects, { port: 9090 })).toEqual([]);
  });

  test.each([
    ['a prefix', { uri: { prefix: '/api' } }, '/apis', '/'],
    ['an exact path', { uri: { exact: '/api' } }, '/api?x=1', '/api/'],
    ['without regard to case', { uri: { prefix: '/API' }, ignoreUriCase: true }, '/api/1', '/'],
  ])('%s', (_, match, taken, other) => {
    const rule = { match: [match], route: [{ destination: { host: 'web', port: { number: 80 } } }] };
    const objects = [...MESH, gateway('istio-ingressgateway', [plain]), route({ http: [rule] })];

    expect(verdicts(objects, { method: 'GET', path: taken })).toEqual([
      expect.objectContaining({ verdict: 'allowed' }),
    ]);
    expect(verdicts(objects, { method: 'GET', path: other })).toEqual([
      expect.objectContaining({ verdict: 'not-routed' }),
    ]);
  });

  test('a method, and what is not stated or not read leaves it open', () => {
    const to = [{ destination: { host: 'web' } }];
    const rules = [
      { match: [{ method: { exact: 'GET' } }, { uri: { regex: '/x.*' }, method: { exact: 'PUT' } }], route: to },
    ];
    const objects = [...MESH, gateway('istio-ingressgateway', [plain]), route({ http: rules })];
    const verdict = (request: Partial<AccessRequest>) => verdicts(objects, request).map((way) => way.verdict);

    expect(verdict({ method: 'POST', path: '/' })).toEqual(['not-routed']);
    expect(verdict({ method: 'PUT', path: '/' })).toEqual(['allowed']);
    expect(verdict({ path: '/' })).toEqual(['allowed']);
  });

  test('the Gateway API compares whole segments', () => {
    const api = (value: string, type?: string) => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        parentRefs: [{ name: 'edge' }],
        rules: [{ matches: [{ path: { value, ...(type && { type }) } }], backendRefs: [{ name: 'web', port: 80 }] }],
      },
    });
    const verdict = (one: object, path: string) =>
      ways([...MESH, one], { method: 'GET', path }).map((way) => way.verdict);

    expect(verdict(api('/api'), '/api/x')).toEqual(['depends']);
    expect(verdict(api('/api'), '/apis')).toEqual(['not-routed']);
    expect(verdict(api('/'), '/apis')).toEqual(['depends']);
    expect(verdict(api('/api', 'Exact'), '/api/x')).toEqual(['not-routed']);
    expect(verdict(api('/a.*', 'RegularExpression'), '/b')).toEqual(['depends']);
  });

  test('a rule for sidecars alone is not for the gateway', () => {
    const rule = { match: [{ gateways: ['mesh'] }], route: [{ destination: { host: 'web' } }] };

    expect(
      ways([...MESH, gateway('istio-ingressgateway', [plain]), route({ gateways: ['mesh', 'web'], http: [rule] })]),
    ).toEqual([]);
  });

  test('a server that only redirects to HTTPS sends nothing on', () => {
    const objects = [...MESH, gateway('istio-ingressgateway', [{ ...plain, tls: { httpsRedirect: true } }]), route()];

    expect(verdicts(objects)).toEqual([expect.objectContaining({ verdict: 'denied', there: [] })]);
  });

  test.each([
    ['another', 'other', 'denied'],
    ['its own', 'shop', 'allowed'],
    ['the Gateway’s', '.', 'allowed'],
    ['any', '*', 'allowed'],
  ])('a host of %s namespace', (_, from, verdict) => {
    const objects = [...MESH, gateway('istio-ingressgateway', [{ ...plain, hosts: [`${from}/${HOST}`] }]), route()];

    expect(verdicts(objects)).toEqual([expect.objectContaining({ verdict })]);
  });
});

describe('asking for what one gateway brings', () => {
  const through = (objects: readonly object[], request: Partial<AccessRequest> = {}, from = 'shop/web') =>
    ask(MeshModel.from(objects), { from: `outside by Gateway ${from}`, to: 'shop/web', ...request });
  const closed = atEdge({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }] });

  test('what is decided there and at the callee is one answer', () => {
    const objects = [...ROUTED, closed];

    expect(through(objects).verdict).toBe('depends');
    expect(through(objects).dependsOn).toEqual(['paths']);
    expect(through(objects, { method: 'GET', path: '/' }).verdict).toBe('allowed');
    const denied = through(objects, { method: 'GET', path: '/admin' });
    expect(denied.verdict).toBe('denied');
    expect(denied.decidedBy?.manifest.name).toBe('edge');
    expect(explain(denied)[0]).toBe('DENIED: outside by Gateway shop/web → shop/web (pod port 8080)');
  });

  test('a gateway that does not lead there, for that host, brings nothing', () => {
    const objects = [...ROUTED, { ...gateway('istio-ingressgateway', [plain], 'other') }];

    expect(through(objects, {}, 'shop/other').verdict).toBe('denied');
    expect(through(objects, { host: 'other.example.com' }).verdict).toBe('denied');
    expect(explain(through(objects, {}, 'other')).join('\n')).toContain(
      'no route of Gateway shop/other sends the request there',
    );
  });

  test('ways with different answers leave it open', () => {
    const second = route({ hosts: ['*.example.org'] }, 'second');
    const server = { ...plain, hosts: ['*'] };
    const policyForHost = atEdge({ action: 'DENY', rules: [{ to: [{ operation: { hosts: [HOST] } }] }] });
    const objects = [...MESH, gateway('istio-ingressgateway', [server]), route(), second, policyForHost];

    expect(through(objects).verdict).toBe('depends');
    expect(through(objects, { host: HOST }).verdict).toBe('denied');
    expect(through(objects, { host: 'a.example.org' }).verdict).toBe('allowed');
  });

  test('a Gateway that is not there is no answer', () => {
    const answer = decide(MeshModel.from(ROUTED), { from: 'outside by Gateway shop/wep', to: 'shop/web' });

    expect(answer).toMatchObject({ verdict: 'unanswerable', kind: 'unknown-gateway', near: ['shop/web'] });
    if (answer.verdict !== 'unanswerable') throw new Error(answer.verdict);
    expect(describeRequestProblem(answer)).toBe('No Gateway is called "shop/wep". Did you mean shop/web?');
  });

  test('a Gateway that is like none is not compared with any', () => {
    const answer = decide(MeshModel.from(ROUTED), { from: 'outside by Gateway other/zzzzzzzz', to: 'shop/web' });

    if (answer.verdict !== 'unanswerable') throw new Error(answer.verdict);
    expect(describeRequestProblem(answer)).toBe('No Gateway is called "other/zzzzzzzz".');
  });
});
