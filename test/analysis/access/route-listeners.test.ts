import { accessMatrix, explain, MeshModel, matrixToTable, type WayThroughGateway } from '../../../lib/access';
import { ask, meshConfig, namespace, policy, service } from './objects';
import { gateway, HOST, istio, MESH, passed, plain, route } from './routed-mesh';

/** Which listeners of its Gateway a route is for: istio/istio pilot/pkg/config/kube/gateway/conversion.go `referenceAllowed`, pilot/pkg/networking/core/gateway.go. */

const API = 'gateway.networking.k8s.io/v1';
const ALL = { namespaces: { from: 'All' } };
const http = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: ALL };
const https = {
  name: 'https',
  port: 443,
  protocol: 'HTTPS',
  tls: { certificateRefs: [{ name: 'c' }] },
  allowedRoutes: ALL,
};
const tls = (mode?: string) => ({
  name: 'tls',
  port: 8443,
  protocol: 'TLS',
  tls: { ...(mode && { mode }) },
  allowedRoutes: ALL,
});

function apiGateway(listeners: readonly object[]): object {
  return {
    apiVersion: API,
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'infra' },
    spec: { gatewayClassName: 'istio', listeners },
  };
}

function apiRoute(parents: readonly object[], spec: object = {}, kind = 'HTTPRoute'): object {
  return {
    apiVersion: API,
    kind,
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      parentRefs: parents.map((parent) => ({ name: 'edge', namespace: 'infra', ...parent })),
      rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
      ...spec,
    },
  };
}

const WITHOUT_POLICY = MESH.slice(0, -1);
const OPEN = [
  ...WITHOUT_POLICY,
  policy(
    { rules: [{ from: [{ source: { principals: ['cluster.local/ns/infra/sa/edge-istio'] } }] }] },
    { name: 'api' },
  ),
  policy({ rules: [{ from: [{ source: { namespaces: ['istio-system'] } }] }] }, { name: 'istio' }),
];

function ways(objects: readonly object[], request: object = {}): readonly WayThroughGateway[] {
  return ask(MeshModel.from([...OPEN, ...objects]), { from: 'outside', to: 'shop/web', ...request }).request.waysIn;
}

/** The ports of the gateway by which requests come in, and what is decided. */
function entrances(objects: readonly object[], request: object = {}): readonly unknown[] {
  return ways(objects, request).map(({ verdict, atGateway }) => [
    verdict,
    ...atGateway.map((one) => one.request.destination.port),
  ]);
}

describe('a route of the Gateway API', () => {
  test.each<[string, readonly object[], readonly object[], readonly unknown[]]>([
    ['every listener', [http, https], [{}], [['allowed', 80, 443]]],
    ['the one it names', [http, https], [{ sectionName: 'https' }], [['allowed', 443]]],
    ['the one of its port', [http, https], [{ port: 443 }], [['allowed', 443]]],
    [
      'both that it names, as one way',
      [http, https],
      [{ sectionName: 'http' }, { sectionName: 'https' }],
      [['allowed', 80, 443]],
    ],
    ['neither: name and port are of two', [http, https], [{ sectionName: 'http', port: 443 }], [['denied']]],
    ['none of that name', [http], [{ sectionName: 'https' }], [['denied']]],
    ['none of another protocol', [tls()], [{}], [['denied']]],
    [
      'none that leaves its kind out',
      [{ ...http, allowedRoutes: { ...ALL, kinds: [{ kind: 'GRPCRoute' }] } }],
      [{}],
      [['denied']],
    ],
    ['none of its Gateway’s own namespace', [{ ...http, allowedRoutes: undefined }, https], [{}], [['allowed', 443]]],
  ])('is for %s', (_, listeners, parents, expected) => {
    expect(entrances([apiGateway(listeners), apiRoute(parents)])).toEqual(expected);
  });

  test.each<[string, object, readonly unknown[]]>([
    ['TLS that is passed on', tls('Passthrough'), [['denied']]],
    ['TLS that ends there', tls('Terminate'), [['allowed', 8443]]],
    ['TLS without a mode, which the API server makes Terminate', tls(), [['allowed', 8443]]],
  ])('of TCP and a listener of %s', (_, listener, expected) => {
    expect(entrances([apiGateway([listener]), apiRoute([{}], {}, 'TCPRoute')])).toEqual(expected);
  });

  describe('and a listener with a selector of namespaces', () => {
    const selecting = (matchLabels: object) =>
      apiGateway([{ ...http, allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels } } } }]);

    test('labels decide', () => {
      const labelled = { ...namespace('shop'), metadata: { name: 'shop', labels: { edge: 'open' } } };
      const others = OPEN.filter((one) => !('kind' in one && one.kind === 'Namespace'));
      const verdict = (labels: object) =>
        ask(MeshModel.from([...others, labelled, selecting(labels), apiRoute([{}])]), {
          from: 'outside',
          to: 'shop/web',
        }).request.waysIn.map((way) => [way.verdict, way.assumptions]);

      expect(verdict({ edge: 'open' })).toEqual([['allowed', []]]);
      expect(verdict({ edge: 'shut' })).toEqual([['denied', []]]);
      expect(verdict({ 'kubernetes.io/metadata.name': 'shop' })).toEqual([['allowed', []]]);
    });

    test('labels of a namespace that is not among the manifests are assumed, and said', () => {
      const others = OPEN.filter((one) => !('kind' in one && one.kind === 'Namespace'));
      const model = (labels: object) => MeshModel.from([...others, selecting(labels), apiRoute([{}])]);
      const answer = ask(model({ edge: 'open' }), { from: 'outside by Gateway infra/edge', to: 'shop/web' });

      expect(answer.assumptions).toContain('namespace shop has the labels that Gateway infra/edge requires for routes');
      const other = ask(model({ 'kubernetes.io/metadata.name': 'other' }), { from: 'outside', to: 'shop/web' });
      expect(other.request.waysIn.map(({ verdict }) => verdict)).toEqual(['denied']);
    });

    test('a listener for other hosts at the same port takes nothing away from that', () => {
      const others = OPEN.filter((one) => !('kind' in one && one.kind === 'Namespace'));
      const selector = { matchLabels: { edge: 'open' } };
      const mine = { ...http, hostname: HOST, allowedRoutes: { namespaces: { from: 'Selector', selector } } };
      const beside = { ...http, name: 'other', hostname: 'other.example.com' };
      const objects = [...others, apiGateway([mine, beside]), apiRoute([{}], { hostnames: [HOST] })];
      const answer = ask(MeshModel.from(objects), { from: 'outside by Gateway infra/edge', to: 'shop/web' });

      expect(answer.assumptions).toContain('namespace shop has the labels that Gateway infra/edge requires for routes');
    });
  });

  describe('to a ListenerSet, whose listeners are not read', () => {
    const set = (kind: string, apiVersion: string) => ({
      apiVersion,
      kind,
      metadata: { name: 'own', namespace: 'shop' },
      spec: { parentRef: { name: 'edge', namespace: 'infra' }, listeners: [http] },
    });
    const toSet = (spec: object = {}, name = 'web', group = {}) => ({
      ...apiRoute([{ kind: 'ListenerSet', name: 'own', namespace: 'shop', ...group }], spec),
      metadata: { name, namespace: 'shop' },
    });
    const X = { group: 'gateway.networking.x-k8s.io', kind: 'XListenerSet' };

    test.each<[string, readonly object[], string]>([
      ['of the Gateway', [set('ListenerSet', API), toSet()], 'infra/edge'],
      [
        'by its older name',
        [set('XListenerSet', 'gateway.networking.x-k8s.io/v1alpha1'), toSet({}, 'web', X)],
        'infra/edge',
      ],
      ['that is not among the manifests', [toSet()], 'shop/own'],
    ])('%s: the way is open', (_, objects, name) => {
      expect(ways([apiGateway([http]), ...objects])).toEqual([
        expect.objectContaining({
          gateway: name,
          verdict: 'depends',
          atGateway: [],
          assumptions: ['a listener of ListenerSet shop/own, which is not evaluated, accepts the route'],
        }),
      ]);
    });

    test('a kind of another group is no set of listeners', () => {
      expect(ways([apiGateway([http]), toSet({}, 'web', { group: 'other.example' })])).toEqual([]);
    });

    test('its routes may have requests for a better host', () => {
      const rules = [{ backendRefs: [{ name: 'other', port: 80 }] }];
      const objects = [apiGateway([http]), apiRoute([{}]), set('ListenerSet', API)];
      const asked = (hostnames: readonly string[]) =>
        ways([...objects, toSet({ hostnames, rules }, 'other')], { host: 'a.example.com' });

      expect(asked(['b.example.com'])).toEqual([expect.objectContaining({ verdict: 'allowed' })]);
      expect(asked(['*.example.com'])).toEqual([
        expect.objectContaining({
          verdict: 'depends',
          assumptions: ['no listener of ListenerSet shop/own accepts requests for the host'],
        }),
      ]);
    });
  });

  test('a table and an answer say that no listener takes it', () => {
    const objects = [...OPEN, apiGateway([http]), apiRoute([{ sectionName: 'https' }])];
    const answer = ask(MeshModel.from(objects), { from: 'outside', to: 'shop/web' });

    expect(explain(answer).join('\n')).toContain('no listener of the Gateway sends requests here through it');
    expect(matrixToTable(accessMatrix(MeshModel.from(objects)))).not.toContain('outside by Gateway');
  });
});

describe('a VirtualService', () => {
  const to = [{ destination: { host: 'web', port: { number: 80 } } }];
  const secured = {
    port: { number: 443, name: 'https', protocol: 'HTTPS' },
    tls: { mode: 'SIMPLE', credentialName: 'c' },
    hosts: [HOST],
  };
  const both = gateway('istio-ingressgateway', [plain, secured]);

  test.each<[string, object, readonly unknown[]]>([
    ['any port', { http: [{ route: to }] }, [['allowed', 80, 443]]],
    ['the port of its match', { http: [{ match: [{ port: 443 }], route: to }] }, [['allowed', 443]]],
    ['no port that is not there', { http: [{ match: [{ port: 8443 }], route: to }] }, [['denied']]],
    [
      'a Gateway by its full name',
      { http: [{ match: [{ gateways: ['shop/web'] }], route: to }] },
      [['allowed', 80, 443]],
    ],
    [
      'a Gateway by its old name',
      { gateways: ['web.shop.svc.cluster.local'], http: [{ route: to }] },
      [['allowed', 80, 443]],
    ],
    ['bytes, which no server for HTTP takes', { http: undefined, tcp: [{ route: to }] }, [['denied']]],
  ])('is for %s', (_, spec, expected) => {
    expect(entrances([both, route(spec)])).toEqual(expected);
  });

  test('HTTP is not routed where TLS is passed on', () => {
    expect(entrances([gateway('istio-ingressgateway', [passed]), route()])).toEqual([['denied']]);
  });

  test('alternatives for another Gateway or port are not those of this one', () => {
    const match = [
      { uri: { prefix: '/a' }, gateways: ['other'] },
      { uri: { prefix: '/b' }, port: 443 },
      { uri: { prefix: '/c' } },
    ];
    const objects = [both, route({ http: [{ match, route: to }] })];
    const at = (path: string) => entrances(objects, { method: 'GET', path });

    expect(at('/a')).toEqual([['not-routed']]);
    expect(at('/b')).toEqual([['allowed', 443]]);
    expect(at('/c')).toEqual([['allowed', 80, 443]]);
    expect(ways(objects).map(({ takes }) => takes)).toEqual([['/c*', '/b* at port 443']]);
  });

  test('a destination without a port is that of the server, if the Service has several', () => {
    const others = OPEN.filter(
      (one) => !('kind' in one && one.kind === 'Service' && JSON.stringify(one).includes('"web"')),
    );
    const ports = [80, 443, 9090].map((port) => ({ name: `http-${port}`, port, targetPort: port }));
    const model = MeshModel.from([
      ...others,
      service('web', ports),
      both,
      route({ http: [{ route: [{ destination: { host: 'web' } }] }] }),
    ]);
    const at = (port: number) =>
      ask(model, { from: 'outside', to: 'shop/web', port }).request.waysIn.map((way) => [
        way.verdict,
        ...way.atGateway.map((one) => one.request.destination.port),
      ]);

    expect(at(80)).toEqual([['allowed', 80]]);
    expect(at(443)).toEqual([['allowed', 443]]);
    expect(at(9090)).toEqual([['denied']]);
  });
});

describe('what a route of the Gateway API leads to', () => {
  const open = apiGateway([http]);
  const byBackend = (backend: object, rule: object = {}, objects: readonly object[] = []) =>
    ways([
      open,
      apiRoute([{}], { rules: [{ backendRefs: [{ name: 'web', port: 80, ...backend }], ...rule }] }),
      ...objects,
    ]);

  test.each([
    ['a Service', {}, 1],
    [
      'a Service by its host',
      { group: 'networking.istio.io', kind: 'Hostname', name: 'web.shop.svc.cluster.local' },
      1,
    ],
    ['a Service of several clusters', { group: 'multicluster.x-k8s.io', kind: 'ServiceImport' }, 1],
    ['another host', { group: 'networking.istio.io', kind: 'Hostname' }, 0],
    ['something of another kind', { group: 'storage.example', kind: 'Bucket' }, 0],
    ['a Service without a share', { weight: 0 }, 0],
    ['a Service without a port', { port: undefined }, 0],
  ])('%s', (_, backend, count) => {
    expect(byBackend(backend)).toHaveLength(count);
  });

  test('a redirect leads nowhere', () => {
    expect(byBackend({}, { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] })).toEqual([]);
    expect(byBackend({}, { filters: [{ type: 'RequestMirror' }] })).toHaveLength(1);
  });

  test('the rule with the longest path has a request', () => {
    const toOther = (path: object, more: object = {}) => ({
      matches: [{ path, ...more }],
      backendRefs: [{ name: 'other', port: 80 }],
    });
    const toWeb = (value: string) => ({
      matches: [{ path: { type: 'PathPrefix', value } }],
      backendRefs: [{ name: 'web', port: 80 }],
    });
    const verdict = (path: string, ...rules: readonly object[]) =>
      ways([open, apiRoute([{}], { rules })], { method: 'GET', path })[0]?.verdict;
    const ui = toOther({ type: 'PathPrefix', value: '/ui' });
    expect(verdict('/ui/x', toWeb('/'), ui)).toBe('not-routed');
    expect(verdict('/x', toWeb('/'), ui)).toBe('allowed');
    expect(verdict('/ui/x', ui, toWeb('/ui/x'))).toBe('allowed');
    expect(verdict('/ui/x', toOther({ type: 'Exact', value: '/ui/x' }), toWeb('/ui/x'))).toBe('not-routed');
    expect(
      verdict(
        '/ui',
        toOther({ type: 'PathPrefix', value: '/ui' }, { headers: [{ name: 'x', value: 'y' }] }),
        toWeb('/'),
      ),
    ).toBe('allowed');
  });

  test('a parent of another group is not a Gateway', () => {
    expect(ways([open, apiRoute([{ group: 'other.example', kind: 'Gateway' }])])).toEqual([]);
    expect(ways([open, apiRoute([{ group: 'gateway.networking.k8s.io', kind: 'Gateway' }])])).toHaveLength(1);
  });

  test('a Service of another namespace needs a ReferenceGrant', () => {
    const far = {
      ...apiRoute([{}], { rules: [{ backendRefs: [{ name: 'web', namespace: 'shop', port: 80 }] }] }),
      metadata: { name: 'web', namespace: 'routes' },
    };
    const grant = (from: object, to: object, namespaceName = 'shop') => ({
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'ReferenceGrant',
      metadata: { name: 'routes', namespace: namespaceName },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'routes', ...from }],
        to: [{ group: '', kind: 'Service', ...to }],
      },
    });
    const verdict = (...objects: readonly object[]) => ways([open, far, namespace('routes'), ...objects])[0]?.verdict;
    expect(verdict(grant({}, {}))).toBe('allowed');
    expect(verdict(grant({}, { name: 'web' }))).toBe('allowed');
    expect(verdict()).toBe('depends');
    expect(verdict(grant({}, { name: 'api' }))).toBe('depends');
    expect(verdict(grant({}, { kind: 'Secret' }))).toBe('depends');
    expect(verdict(grant({ kind: 'TCPRoute' }, {}))).toBe('depends');
    expect(verdict(grant({ namespace: 'other' }, {}))).toBe('depends');
    expect(verdict(grant({ group: 'other.example' }, {}))).toBe('depends');
    expect(verdict(grant({}, {}, 'routes'))).toBe('depends');
    expect(ways([open, far])[0]?.assumptions).toEqual([
      'a ReferenceGrant in namespace shop allows HTTPRoute routes/web to refer to it',
    ]);
  });
});

test('the pods of an InferencePool are a way in that is open', () => {
  const pool = (spec: object) => ({
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    metadata: { name: 'pool', namespace: 'shop' },
    spec,
  });
  const toPool = apiRoute([{}], {
    rules: [{ backendRefs: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'pool' }] }],
  });
  const found = (...objects: readonly object[]) => ways([apiGateway([http]), toPool, ...objects]);
  const assumed = ['the callee allows requests through InferencePool shop/pool, which is not evaluated'];

  expect(found(pool({ selector: { matchLabels: { app: 'web' } }, targetPorts: [{ number: 8080 }] }))).toEqual([
    expect.objectContaining({ verdict: 'depends', assumptions: assumed }),
  ]);
  expect(found(pool({ selector: { app: 'web' }, targetPortNumber: 8080 }))).toHaveLength(1);
  expect(found(pool({ selector: { app: 'web' }, targetPortNumber: 9090 }))).toEqual([]);
  expect(found(pool({ selector: { app: 'other' }, targetPortNumber: 8080 }))).toEqual([]);
  expect(found()).toEqual([]);
});

test('a VirtualService that names a Gateway of the Gateway API is not taken to be at it', () => {
  const named = route({ gateways: ['infra/edge'] });
  const [way] = ways([apiGateway([http]), named]);
  expect(way).toMatchObject({ verdict: 'depends', atGateway: [] });
  expect(way?.assumptions).toEqual([
    'Gateway infra/edge of networking.istio.io exists: VirtualServices do not attach to the Gateway API’s Gateway of that name',
  ]);
});

test('a Gateway of Istio’s may be for the pods of one of the Gateway API', () => {
  const selecting = { selector: { 'gateway.networking.k8s.io/gateway-name': 'edge' }, servers: [plain] };
  const own = istio('Gateway', 'web', selecting);
  expect(entrances([apiGateway([http]), own, route()])).toEqual([['allowed', 80]]);
});

describe('several routes of the Gateway API for one host', () => {
  const open = apiGateway([{ ...http, allowedRoutes: ALL }]);
  const named = (name: string, rules: readonly object[], more: object = {}, kind = 'HTTPRoute') => {
    const { spec, ...rest } = apiRoute([{}], { rules, hostnames: ['a.example.com'] }, kind) as { spec: object };
    return { ...rest, spec, metadata: { name, namespace: 'shop', ...more } };
  };
  const to = (name: string, match?: object) => ({
    ...(match && { matches: [match] }),
    backendRefs: [{ name, port: 80 }],
  });
  const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } });
  const verdict = (own: object, other: object, request: object = { method: 'GET', path: '/a/b' }) =>
    ways([open, own, other], request)[0]?.verdict;
  const [EARLY, LATE] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'].map((creationTimestamp) => ({
    creationTimestamp,
  }));
  const pair = (own: object | undefined, other: object | undefined) =>
    verdict(named('web', [to('web', own)]), named('other', [to('other', other)]));

  // Names and ages count last (istio/istio pilot/pkg/config/kube/gateway/conversion.go `sortHTTPRoutes`).
  test.each<[string, object | undefined, object | undefined, string | undefined]>([
    ['a longer beginning', path('/a'), path('/a/b'), 'not-routed'],
    ['a shorter one', path('/a/b'), path('/a'), 'allowed'],
    ['the whole path', path('/a/b'), path('/a/b', 'Exact'), 'not-routed'],
    ['a slash at the end, which does not count', path('/a'), path('/a/'), 'depends'],
    ['all paths', path('/a'), undefined, 'allowed'],
    ['a method', path('/a'), { ...path('/a'), method: 'GET' }, 'not-routed'],
    ['another method', path('/a'), { ...path('/a'), method: 'PUT' }, 'allowed'],
    ['a method and all paths', path('/a'), { ...path('/'), method: 'GET' }, 'allowed'],
    [
      'a header, which may not be there',
      path('/a'),
      { ...path('/a'), headers: [{ name: 'x', value: 'y' }] },
      'allowed',
    ],
    ['the same', path('/a'), path('/a'), 'depends'],
    ['all paths, before patterns', path('/a.*', 'RegularExpression'), undefined, 'denied'],
  ])('beside one for %s', (_, own, other, expected) => {
    expect(pair(own, other)).toBe(expected);
  });

  test('of two that are alike the older one has the requests', () => {
    const [own, other] = [
      (more: object = {}) => named('web', [to('web')], more),
      (more: object = {}) => named('other', [to('other')], more),
    ];
    expect(verdict(own(EARLY), other(LATE))).toBe('allowed');
    expect(verdict(own(LATE), other(EARLY))).toBe('denied');
    expect(verdict(own(EARLY), other(EARLY))).toBe('denied');
    expect(verdict(own(EARLY), other())).toBe('depends');
  });

  test('a redirect for all paths has what the others leave', () => {
    const redirect = { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] };
    const other = named('other', [{ ...redirect, matches: [path('/a/b', 'Exact')] }]);
    expect(verdict(named('web', [to('web')]), other)).toBe('not-routed');
    expect(verdict(named('web', [to('web')]), other, { method: 'GET', path: '/a' })).toBe('allowed');
  });

  test('a gRPC method is a path', () => {
    const grpc = (name: string, method: object) => named(name, [to(name, { method })], {}, 'GRPCRoute');
    const asked = { method: 'POST', path: '/shop.Cart/Get' };
    const only = (method: object) => ways([open, grpc('web', method)], asked)[0]?.verdict;
    expect(only({ service: 'shop.Cart', method: 'Get' })).toBe('allowed');
    expect(only({ service: 'shop.Cart' })).toBe('allowed');
    expect(only({ service: 'shop.Order' })).toBe('not-routed');
    expect(only({ method: 'Put', type: 'RegularExpression' })).toBe('allowed');
    expect(
      verdict(grpc('web', { service: 'shop.Cart' }), grpc('other', { service: 'shop.Cart', method: 'Get' }), asked),
    ).toBe('not-routed');
  });

  test('a host of a better listener is not for the other', () => {
    const listeners = [http, { ...http, name: 'own', hostname: 'a.example.com' }];
    const at = (sectionName: string) =>
      ways([apiGateway(listeners), apiRoute([{ sectionName }], { hostnames: ['a.example.com'] })])[0]?.verdict;
    expect(at('own')).toBe('allowed');
    expect(at('http')).toBe('denied');
    const all = (sectionName: string) => ways([apiGateway(listeners), apiRoute([{ sectionName }])])[0]?.verdict;
    expect(all('http')).toBe('allowed');
  });

  test('what the mesh exports by default counts for them too', () => {
    const config = { trustDomain: 'cluster.local', defaultVirtualServiceExportTo: ['.'] };
    const objects = [meshConfig(config), ...OPEN.slice(1), open, named('web', [to('web')])];
    expect(ask(MeshModel.from(objects), { from: 'outside', to: 'shop/web' }).request.waysIn).toEqual([]);
  });
});
