import { decide as decideRequest, describeRequestProblem, MeshModel, OUTSIDE } from '../../../lib/access';
import { SpiffeId } from '../../../lib/upstream/spiffe/spiffe-id';
import { ask, decide, deployment, namespace, PAIR, policy, service } from './objects';

const model = MeshModel.from([...PAIR, namespace('other'), deployment('server', { namespace: 'other' })]);

describe('questions that have no answer', () => {
  test.each([
    ['an unknown callee', { to: 'shop/sever' }, 'unknown-workload', 'Did you mean shop/server'],
    ['an unknown caller', { from: 'shop/clint' }, 'unknown-workload', 'Did you mean shop/client'],
    ['a name nothing is like', { to: 'shop/zzzzzzzz' }, 'unknown-workload', 'No Service or workload is called'],
    ['a port it does not have', { port: 8080 }, 'unknown-port', '80 (http), 81 (tcp)'],
    ['no port where there are two', {}, 'port-needed', 'Specify one'],
    ['claims on TCP', { port: 81, claims: {} }, 'http-on-tcp', 'plain TCP'],
    ['a method on TCP', { port: 81, method: 'GET' }, 'http-on-tcp', 'plain TCP'],
    ['a path without a slash', { port: 80, path: 'a' }, 'not-a-path', 'begins with'],
    ['a method that is none', { port: 80, method: 'GET /' }, 'not-a-method', 'not an HTTP method'],
    ['an address that is none', { port: 80, sourceIp: '10.0.0' }, 'not-an-address', 'neither'],
    ['an identity that is none', { from: 'spiffe://TD/x', port: 80 }, 'not-an-identity', 'not a SPIFFE ID'],
    ['another scheme', { from: 'https://td/x', port: 80 }, 'not-an-identity', 'not a SPIFFE ID'],
  ])('%s', (_, request, kind, message) => {
    const answer = decideRequest(model, { from: 'client', to: 'shop/server', ...request });
    if (answer.verdict !== 'unanswerable') throw new Error(answer.verdict);
    expect(answer.kind).toBe(kind);
    expect(describeRequestProblem(answer)).toContain(message);
  });

  test('that a request has no token says nothing of HTTP', () => {
    expect(decideRequest(model, { from: 'client', to: 'shop/server', port: 81, claims: null }).verdict).toBe('allowed');
  });

  test('a bare name that two have must be given with its namespace', () => {
    const twice = MeshModel.from([deployment('a'), deployment('a', { namespace: 'other' })]);
    expect(decideRequest(twice, { from: OUTSIDE, to: 'a' })).toMatchObject({
      kind: 'ambiguous-workload',
      candidates: ['other/a', 'shop/a'],
    });
  });

  test('a Service that selects no pods', () => {
    const empty = MeshModel.from([deployment('client'), service('gone', [{ port: 80 }])]);
    expect(decideRequest(empty, { from: 'client', to: 'gone' })).toMatchObject({ kind: 'nothing-behind-service' });
  });
});

test.each(['server.shop', 'server.shop.svc', 'server.shop.svc.cluster.local', 'server.shop.svc.cluster.local.'])(
  '%s is the host of a Service',
  (host) => {
    expect(decideRequest(model, { from: 'client', to: host, port: 80 })).toMatchObject({ verdict: 'allowed' });
  },
);

test.each([
  ['sever.shop', 'Did you mean shop/server'],
  ['server.shop.example.com', 'not a Service in the manifests'],
])('%s is the host of none', (host, message) => {
  const answer = decideRequest(model, { from: 'client', to: host });
  if (answer.verdict !== 'unanswerable') throw new Error(answer.verdict);
  expect(describeRequestProblem(answer)).toContain(message);
});

describe('ports', () => {
  const ports = (targetPort: unknown, containerPorts: { name?: string; containerPort: number }[] = []) => [
    namespace('shop'),
    deployment('client'),
    deployment('server', { ports: containerPorts }),
    service('server', [{ name: 'http', port: 80, targetPort }]),
  ];

  test('rules see the pod’s port, not the Service’s', () => {
    const allow = (port: string) => policy({ rules: [{ to: [{ operation: { ports: [port] } }] }] });
    expect(decide([...ports(8080), allow('8080')], { port: 80 }).verdict).toBe('allowed');
    expect(decide([...ports(8080), allow('80')], { port: 80 }).verdict).toBe('denied');
  });

  test('a target port can be a name', () => {
    const decision = decide(ports('web', [{ name: 'web', containerPort: 9090 }]), {});
    expect(decision.request.destination.podPort).toBe(9090);
  });

  test('a name no container has leads nowhere', () => {
    expect(decideRequest(MeshModel.from(ports('web')), { from: 'client', to: 'server' })).toMatchObject({
      kind: 'nothing-behind-service',
    });
  });

  test('a port can be asked for by its name, and the HTTP port is meant if the request is about HTTP', () => {
    expect(ask(model, { to: 'shop/server', port: 'tcp' }).request.chain).toBe('tcp');
    expect(ask(model, { to: 'shop/server', method: 'GET' }).request.destination.port).toBe(80);
  });

  test('on a port that has to guess, a verdict that differs between HTTP and TCP depends', () => {
    const guess = [namespace('shop'), deployment('client'), deployment('server'), service('server', [{ port: 8080 }])];
    const get = policy({ rules: [{ to: [{ operation: { methods: ['*'] } }] }] });
    expect(decide([...guess, get], {}).reason.kind).toBe('differs');
    expect(decide([...guess, get], { method: 'GET' }).verdict).toBe('allowed');
    expect(decide(guess, {}).verdict).toBe('allowed');
  });
});

describe('callers', () => {
  const onlyClient = policy({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/client'] } }] }] });
  test.each([
    ['a workload', 'shop/client', 'allowed'],
    ['a bare name', 'client', 'allowed'],
    ['a SPIFFE ID', 'spiffe://cluster.local/ns/shop/sa/client', 'allowed'],
    ['a SpiffeId', SpiffeId.parse('spiffe://cluster.local/ns/shop/sa/client'), 'allowed'],
    ['another SPIFFE ID', 'spiffe://cluster.local/ns/shop/sa/x', 'denied'],
    ['outside', OUTSIDE, 'denied'],
  ])('%s', (_, from, expected) => {
    expect(decide([...PAIR, onlyClient], { from, port: 80 }).verdict).toBe(expected);
  });
});

describe('an answer', () => {
  const stated = policy(
    {
      rules: [
        { to: [{ operation: { methods: ['PUT'] } }] },
        { to: [{ operation: { methods: ['GET'], paths: ['/a'] } }] },
      ],
    },
    { name: 'server' },
  );
  const decision = decide([...PAIR, stated], { port: 80, method: 'GET', path: '/a' });

  test('names the deciding rule and where it stands', () => {
    expect(decision.decidedBy).toMatchObject({ pointer: '/spec/rules/1', manifest: { name: 'server' } });
    expect(decision.decidedBy?.location.line).toBeGreaterThan(0);
  });

  test('tells of every rule why it did not match', () => {
    const [first, second] = decision.considered;
    expect(first?.because.map(String)).toEqual(['methods PUT']);
    expect(second?.because).toEqual([]);
  });

  test('tells what it depends on', () => {
    const open = decide([...PAIR, stated], { port: 80 });
    expect(open.verdict).toBe('depends');
    expect(open.dependsOn).toEqual(['methods', 'paths']);
  });

  test('says what may also matter but is not looked at', () => {
    const networkPolicy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'n', namespace: 'shop' },
      spec: {},
    };
    expect(decide([...PAIR, networkPolicy], { port: 80 }).assumptions.join()).toContain('NetworkPolicy: 1');
  });

  test.each([
    [{}, true],
    [{ gateways: ['istio-system/public', 'mesh'] }, true],
    [{ gateways: ['istio-system/public'] }, false],
  ])('says so of the routes %j only where they are for workloads', (spec, isSaid) => {
    const apiVersion = 'networking.istio.io/v1';
    const route = { apiVersion, kind: 'VirtualService', metadata: { name: 'v', namespace: 'shop' }, spec };
    const said = decide([...PAIR, route], { port: 80 }).assumptions.includes(
      'VirtualService: 1 in the manifests, not evaluated',
    );
    expect(said).toBe(isSaid);
  });

  test('differs between the workloads of one Service', () => {
    const shared = { labels: { app: 'server' } };
    const manifests = [
      namespace('shop'),
      deployment('client'),
      deployment('one', { labels: { app: 'server', version: 'one' } }),
      deployment('two', shared),
      service('server', [{ name: 'http', port: 80 }]),
      policy({ action: 'DENY', selector: { matchLabels: { version: 'one' } }, rules: [{}] }),
    ];
    const split = decide(manifests, {});
    expect(split.verdict).toBe('depends');
    expect(split.reason.kind).toBe('differs');
  });

  test('depends in ambient mode, which is not evaluated', () => {
    const manifests = [
      namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }),
      deployment('client'),
      deployment('server'),
      service('server', [{ name: 'http', port: 80 }]),
    ];
    expect(decide(manifests, {})).toMatchObject({ verdict: 'depends', reason: { kind: 'ambient' } });
  });

  test.each([
    [
      'ALLOW',
      [{ to: [{ operation: { methods: ['GET'] } }] }],
      /ALLOW shop\/http, rule 1: it uses HTTP fields, so it allows nothing at ztunnel/,
    ],
    [
      'DENY',
      [{ to: [{ operation: { methods: ['GET'] } }] }],
      /DENY shop\/http, rule 1: ztunnel drops methods from it, so it denies more/,
    ],
    ['CUSTOM', [{}], /CUSTOM shop\/http, rule 1: ztunnel does not know the action CUSTOM/],
    ['ALLOW', [{ from: [{ source: { namespaces: ['shop'] } }] }], undefined],
  ])('in ambient mode says what ztunnel makes of %s %j', (action, rules, expected) => {
    const manifests = [
      namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }),
      deployment('client'),
      deployment('server'),
      service('server', [{ name: 'http', port: 80 }]),
      policy({ action, rules }, { name: 'http' }),
    ];
    const notes = decide(manifests, {})
      .assumptions.filter((text) => text.includes('ztunnel'))
      .join();

    if (expected === undefined) expect(notes).toBe('');
    else expect(notes).toMatch(expected);
  });
});
