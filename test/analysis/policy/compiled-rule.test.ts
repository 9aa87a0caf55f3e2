import { type AccessRequest, decide as decideRequest, MeshModel } from '../../../lib/access';
import { Target } from '../../../lib/upstream/releases/target';
import { decide, meshConfig, onHttp, onTcp, PAIR, peerAuthentication, policy } from '../access/objects';

/** The client's identity in a mesh without configuration. */
const CLIENT = 'cluster.local/ns/shop/sa/client';
const allow = (rule: object) => policy({ rules: [rule] });
const deny = (rule: object) => policy({ action: 'DENY', rules: [rule] });
const from = (source: object) => ({ from: [{ source }] });
const to = (operation: object) => ({ to: [{ operation }] });
const when = (key: string, values: object) => ({ when: [{ key, ...values }] });

describe('how the parts of a rule are put together', () => {
  test.each([
    [
      'alternatives of from',
      { from: [{ source: { principals: ['x'] } }, { source: { principals: [CLIENT] } }] },
      'allowed',
    ],
    [
      'alternatives of to',
      { to: [{ operation: { methods: ['PUT'] } }, { operation: { methods: ['GET'] } }] },
      'allowed',
    ],
    ['fields of a source must all hold', from({ principals: [CLIENT], namespaces: ['other'] }), 'denied'],
    ['fields of an operation must all hold', to({ methods: ['GET'], paths: ['/other'] }), 'denied'],
    ['from and to must both hold', { ...from({ principals: ['x'] }), ...to({ methods: ['GET'] }) }, 'denied'],
    ['values are alternatives', to({ methods: ['PUT', 'GET'] }), 'allowed'],
    ['a not-field excludes any of its values', to({ notMethods: ['PUT', 'GET'] }), 'denied'],
    ['a not-field holds for anything else', to({ notMethods: ['PUT'] }), 'allowed'],
    ['a value and a not-value together', to({ paths: ['/*'], notPaths: ['/'] }), 'denied'],
    [
      'entries of when must all hold',
      {
        when: [
          { key: 'source.principal', values: [CLIENT] },
          { key: 'source.namespace', values: ['x'] },
        ],
      },
      'denied',
    ],
    ['notValues of when', when('source.namespace', { notValues: ['shop'] }), 'denied'],
    ['values and notValues of one when', when('source.principal', { values: ['*'], notValues: ['x'] }), 'allowed'],
    ['an empty source is everybody', { from: [{ source: {} }] }, 'allowed'],
    ['an empty from is everybody', { from: [] }, 'allowed'],
  ])('%s', (_, rule, expected) => {
    expect(onHttp([allow(rule)])).toBe(expected);
  });
});

describe('who calls', () => {
  test.each([
    ['principals', from({ principals: [CLIENT] }), 'allowed'],
    ['principals with the scheme never match', from({ principals: [`spiffe://${CLIENT}`] }), 'denied'],
    ['notPrincipals', from({ notPrincipals: [CLIENT] }), 'denied'],
    ['namespaces', from({ namespaces: ['shop'] }), 'allowed'],
    ['notNamespaces', from({ notNamespaces: ['shop'] }), 'denied'],
    ['serviceAccounts of the policy’s namespace', from({ serviceAccounts: ['client'] }), 'allowed'],
    ['serviceAccounts with a namespace', from({ serviceAccounts: ['shop/client'] }), 'allowed'],
    ['notServiceAccounts', from({ notServiceAccounts: ['client'] }), 'denied'],
    ['source.principal', when('source.principal', { values: [CLIENT] }), 'allowed'],
    ['source.namespace', when('source.namespace', { values: ['shop'] }), 'allowed'],
    ['source.serviceAccount', when('source.serviceAccount', { values: ['client'] }), 'allowed'],
  ])('%s', (_, rule, expected) => {
    expect(onHttp([allow(rule)])).toBe(expected);
    // Identities are known to a TCP filter chain as well.
    expect(onTcp([allow(rule)])).toBe(expected);
  });

  test('a DENY on a principal with the scheme never fires', () => {
    expect(onHttp([deny(from({ principals: [`spiffe://${CLIENT}`] }))])).toBe('allowed');
  });

  describe('on plain text', () => {
    const disabled = peerAuthentication({ mtls: { mode: 'DISABLE' } });
    test.each([
      ['a positive field never matches', allow(from({ principals: ['*'] })), 'denied'],
      ['a not-field always matches', allow(from({ notPrincipals: ['x'] })), 'allowed'],
      ['a DENY by not-field denies', deny(from({ notNamespaces: ['shop'] })), 'denied'],
      ['a DENY by positive field does not', deny(from({ namespaces: ['shop'] })), 'allowed'],
    ])('%s', (_, one, expected) => {
      expect(onHttp([disabled, one])).toBe(expected);
      expect(onHttp([one], { from: 'outside' })).toBe(expected);
    });
  });

  describe('in a mesh with another trust domain', () => {
    const config = meshConfig({ trustDomain: 'example.org', trustDomainAliases: ['old.example.org'] });
    const moved = 'spiffe://old.example.org/ns/shop/sa/client';
    test.each([
      ['cluster.local in five parts means the mesh’s own', 'cluster.local/ns/shop/sa/client', undefined, 'allowed'],
      ['cluster.local in four parts matches nobody', 'cluster.local/ns/shop/*', undefined, 'denied'],
      ['cluster.local in five parts with an asterisk', 'cluster.local/ns/shop/sa/*', undefined, 'allowed'],
      ['the mesh’s own', 'example.org/ns/shop/sa/client', undefined, 'allowed'],
      ['the mesh’s own names callers with an alias', 'example.org/ns/shop/sa/client', moved, 'allowed'],
      ['an alias names callers with the mesh’s own', 'old.example.org/ns/shop/sa/client', undefined, 'allowed'],
      ['a foreign trust domain stays as it is', 'other.org/ns/shop/sa/client', undefined, 'denied'],
    ])('%s', (_, principal, caller, expected) => {
      const one = allow(from({ principals: [principal] }));
      expect(onHttp([config, one], caller === undefined ? {} : { from: caller })).toBe(expected);
    });
  });

  test.each([
    ['1.29', 'denied'],
    ['1.30.0', 'denied'],
    ['1.30.1', 'denied'],
    ['1.30.2', 'allowed'],
    ['1.31.0', 'allowed'],
  ])('in Istio %s a DENY with nothing but foreign trustDomains is %s', (istio, expected) => {
    const manifests = [...PAIR, meshConfig({}), deny(from({ trustDomains: ['other'] }))];
    expect(decide(manifests, { port: 80 }, { target: Target.of({ istio }) }).verdict).toBe(expected);
  });

  test.each([
    ['1.30.1', 'allowed'],
    ['1.30.2', 'denied'],
  ])('in Istio %s a DENY when source.trustDomain is the caller’s is %s', (istio, expected) => {
    const manifests = [...PAIR, deny({ when: [{ key: 'source.trustDomain', values: ['cluster.local'] }] })];
    expect(decide(manifests, { port: 80 }, { target: Target.of({ istio }) }).verdict).toBe(expected);
  });
});

describe('where from and where to', () => {
  const request: Partial<AccessRequest> = { sourceIp: '10.1.2.3', originalClientIp: '203.0.113.9' };
  test.each([
    ['ipBlocks', from({ ipBlocks: ['10.0.0.0/8'] }), 'allowed'],
    ['ipBlocks elsewhere', from({ ipBlocks: ['192.168.0.0/16'] }), 'denied'],
    ['notIpBlocks', from({ notIpBlocks: ['10.1.2.3'] }), 'denied'],
    ['remoteIpBlocks', from({ remoteIpBlocks: ['203.0.113.0/24'] }), 'allowed'],
    ['remoteIpBlocks are not the peer', from({ remoteIpBlocks: ['10.0.0.0/8'] }), 'denied'],
    ['source.ip', when('source.ip', { values: ['10.1.2.3'] }), 'allowed'],
    ['remote.ip', when('remote.ip', { notValues: ['203.0.113.9'] }), 'denied'],
    ['destination.port', when('destination.port', { values: ['80', '81'] }), 'allowed'],
    ['notPorts', to({ notPorts: ['80', '81'] }), 'denied'],
  ])('%s', (_, rule, expected) => {
    expect(onHttp([allow(rule)], request)).toBe(expected);
    expect(onTcp([allow(rule)], request)).toBe(expected);
  });

  test('an address that is not stated leaves the answer open', () => {
    expect(onHttp([allow(from({ ipBlocks: ['10.0.0.0/8'] }))])).toBe('depends');
  });
});

describe('what is asked, over HTTP', () => {
  test.each([
    ['methods are case-sensitive', to({ methods: ['get'] }), {}, 'denied'],
    ['methods "*"', to({ methods: ['*'] }), {}, 'allowed'],
    ['hosts without regard to case', to({ hosts: ['Shop.example'] }), { host: 'shop.EXAMPLE' }, 'allowed'],
    ['hosts with the port the client sends', to({ hosts: ['shop.example'] }), { host: 'shop.example:8080' }, 'denied'],
    ['paths without the query', to({ paths: ['/a'] }), { path: '/a?b=/c' }, 'allowed'],
    ['paths after normalisation', to({ paths: ['/admin'] }), { path: '/a/../admin' }, 'allowed'],
    ['notPaths after normalisation', to({ notPaths: ['/admin*'] }), { path: '/a/%2e%2e/admin' }, 'denied'],
    ['path templates', to({ paths: ['/a/{*}/b'] }), { path: '/a/x/b' }, 'allowed'],
    ['an asterisk inside a path is literal', to({ paths: ['/a/*/b'] }), { path: '/a/x/b' }, 'denied'],
    ['a header', when('request.headers[X-User]', { values: ['a*'] }), { headers: { 'x-user': 'abc' } }, 'allowed'],
    ['a header that is not sent', when('request.headers[x-user]', { values: ['*'] }), { headers: {} }, 'denied'],
    [
      'a not-value and a header that is not sent',
      when('request.headers[x-user]', { notValues: ['a'] }),
      { headers: {} },
      'allowed',
    ],
  ])('%s', (_, rule, request, expected) => {
    expect(onHttp([allow(rule)], request)).toBe(expected);
  });

  test('with path normalisation NONE a path rule is not safe', () => {
    const config = meshConfig({ pathNormalization: { normalization: 'NONE' } });
    expect(onHttp([config, deny(to({ paths: ['/admin'] }))], { path: '/a/../admin' })).toBe('allowed');
  });
});

describe('a rule about HTTP on a TCP port', () => {
  test.each([
    ['ALLOW on methods closes the port', [allow(to({ methods: ['GET'] }))], 'denied'],
    ['ALLOW on a not-field of HTTP closes it too', [allow(to({ notPaths: ['/x'] }))], 'denied'],
    ['ALLOW on a token closes it', [allow(from({ requestPrincipals: ['*'] }))], 'denied'],
    ['ALLOW on a header closes it', [allow(when('request.headers[x]', { notValues: ['y'] }))], 'denied'],
    [
      'ALLOW is dropped whole, even if another "to" is about ports only',
      [allow({ to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['81'] } }] })],
      'denied',
    ],
    [
      'another rule of the same policy is not touched',
      [policy({ rules: [to({ methods: ['GET'] }), to({ ports: ['81'] })] })],
      'allowed',
    ],
    ['DENY on methods without ports denies everything', [deny(to({ methods: ['GET'] }))], 'denied'],
    ['DENY on methods with the port denies the port', [deny(to({ methods: ['GET'], ports: ['81'] }))], 'denied'],
    ['DENY on methods with another port does not', [deny(to({ methods: ['GET'], ports: ['80'] }))], 'allowed'],
    [
      'DENY on a token and a port denies the port',
      [deny({ ...from({ requestPrincipals: ['x'] }), ...to({ ports: ['81'] }) })],
      'denied',
    ],
    [
      'DENY on a token and somebody else does not',
      [deny(from({ requestPrincipals: ['x'], namespaces: ['other'] }))],
      'allowed',
    ],
  ])('%s', (_, policies, expected) => {
    expect(onTcp(policies)).toBe(expected);
  });

  test('the explanation says that the rule is dropped, or what it has lost', () => {
    const dropped = decide([...PAIR, allow(to({ methods: ['GET'] }))], { port: 81 });
    expect(dropped.considered[0]?.rule.dropped).toBe('http-only-field-on-tcp');
    const widened = decide([...PAIR, deny(to({ methods: ['GET'] }))], { port: 81 });
    expect(widened.considered[0]?.rule.widenedBy).toEqual(['methods']);
  });
});

describe('values that do not convert', () => {
  test.each([
    ['a bad port drops an ALLOW rule', allow(to({ ports: ['http', '80'] })), 'denied'],
    ['a bad port leaves a DENY rule without that value', deny(to({ ports: ['http', '80'] })), 'denied'],
    ['a DENY rule with only bad ports has no ports left', deny(to({ ports: ['http'] })), 'denied'],
    ['a port above 65535 is not a port', allow(to({ ports: ['65536', '80'] })), 'denied'],
    ['a bad range drops an ALLOW rule', allow(from({ ipBlocks: ['10.0.0.0/33'] })), 'denied'],
    ['an unknown when key drops an ALLOW rule', allow(when('destination.namespace', { values: ['shop'] })), 'denied'],
    ['an unknown when key drops a DENY rule too', deny(when('destination.namespace', { values: ['shop'] })), 'allowed'],
    ['a header key without a name drops an ALLOW rule', allow(when('request.headers', { values: ['x'] })), 'denied'],
  ])('%s', (_, one, expected) => {
    expect(onHttp([one])).toBe(expected);
  });
});

test('a rule from a stranger cannot throw', () => {
  const odd = [
    null,
    3,
    'x',
    [],
    { from: 3 },
    { from: [null] },
    { to: [{ operation: { ports: [80, null, {}] } }] },
    { when: [null, {}] },
  ];
  for (const action of ['ALLOW', 'DENY']) {
    const model = MeshModel.from([...PAIR, policy({ action, rules: odd })]);
    expect(() => decideRequest(model, { from: 'client', to: 'server', port: 80 })).not.toThrow();
  }
});
