import { MeshModel } from '../../../lib/access';
import { ask, decide, deployment, meshConfig, namespace, PAIR, peerAuthentication, policy, service } from './objects';

const mode = (name: string) => peerAuthentication({ mtls: { mode: name } });
const destinationRule = (tls: object, metadata: object = {}, spec: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'rule', namespace: 'shop', ...metadata },
  spec: { host: 'server', trafficPolicy: { tls }, ...spec },
});
/** An injection template that gives pods the Workload API of Teleport. */
const overlay = meshOverlay('spire');
function meshOverlay(name: string): object {
  const template = {
    spec: { volumes: [{ name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } }] },
  };
  return {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'istio', namespace: 'istio-system' },
    spec: {
      values: {
        sidecarInjectorWebhook: {
          defaultTemplates: ['sidecar', name],
          templates: { [name]: JSON.stringify(template) },
        },
      },
    },
  };
}
const istiodOnly = { annotations: { 'inject.istio.io/templates': 'sidecar' } };

describe('what caller and callee agree on', () => {
  const outOfMesh = { labels: { 'sidecar.istio.io/inject': 'false' } };
  const bare = [
    namespace('shop'),
    deployment('client', outOfMesh),
    deployment('server'),
    service('server', [{ name: 'http', port: 80 }]),
  ];
  const bareServer = [
    namespace('shop'),
    deployment('client'),
    deployment('server', outOfMesh),
    service('server', [{ name: 'http', port: 80 }]),
  ];
  const disabledPod = { labels: { 'security.istio.io/tlsMode': 'disabled' } };
  const optedOut = [
    namespace('shop'),
    deployment('client'),
    deployment('server', disabledPod),
    service('server', [{ name: 'http', port: 80 }]),
  ];

  test.each([
    ['auto-mTLS, PERMISSIVE by default', PAIR, 'allowed', 'mutual-tls'],
    ['auto-mTLS under STRICT', [...PAIR, mode('STRICT')], 'allowed', 'mutual-tls'],
    ['DISABLE in the namespace: clients send plain text', [...PAIR, mode('DISABLE')], 'allowed', 'plain-text'],
    ['a caller without a proxy under STRICT', [...bare, mode('STRICT')], 'denied', 'plain-text'],
    ['a caller without a proxy under PERMISSIVE', bare, 'allowed', 'plain-text'],
    ['a callee without a proxy: nothing is enforced', bareServer, 'allowed', 'plain-text'],
    [
      'a callee without a proxy, forced to mutual TLS',
      [...bareServer, destinationRule({ mode: 'ISTIO_MUTUAL' })],
      'denied',
      'mutual-tls',
    ],
    ['a pod that opts out of auto-mTLS, under STRICT', [...optedOut, mode('STRICT')], 'denied', 'plain-text'],
    [
      'DestinationRule DISABLE under STRICT',
      [...PAIR, mode('STRICT'), destinationRule({ mode: 'DISABLE' })],
      'denied',
      'plain-text',
    ],
    [
      'DestinationRule SIMPLE under STRICT',
      [...PAIR, mode('STRICT'), destinationRule({ mode: 'SIMPLE' })],
      'denied',
      'foreign-tls',
    ],
    [
      'DestinationRule ISTIO_MUTUAL against DISABLE',
      [...PAIR, mode('DISABLE'), destinationRule({ mode: 'ISTIO_MUTUAL' })],
      'denied',
      'mutual-tls',
    ],
    [
      'auto-mTLS switched off, under STRICT',
      [...PAIR, mode('STRICT'), meshConfig({ enableAutoMtls: false })],
      'denied',
      'plain-text',
    ],
    // The namespace's mode is all that clients see at first, so the workload's STRICT breaks them.
    [
      'namespace DISABLE and workload STRICT',
      [
        ...PAIR,
        mode('DISABLE'),
        peerAuthentication(
          { selector: { matchLabels: { app: 'server' } }, mtls: { mode: 'STRICT' } },
          { name: 'server' },
        ),
      ],
      'denied',
      'plain-text',
    ],
  ])('%s', (_, manifests, verdict, speaks) => {
    const decision = decide(manifests, { port: 80 });
    expect([decision.verdict, decision.connection?.clientSpeaks]).toEqual([verdict, speaks]);
  });

  test('TLS of another kind is bytes to the callee’s proxy: only rules about connections apply', () => {
    const simple = destinationRule({ mode: 'SIMPLE' });
    const get = policy({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });
    const port = policy({ rules: [{ to: [{ operation: { ports: ['80'] } }] }] });
    expect(decide([...PAIR, simple, get], { port: 80, method: 'GET' }).verdict).toBe('denied');
    expect(decide([...PAIR, simple, port], { port: 80, method: 'GET' }).verdict).toBe('allowed');
  });

  test('a pod port that no Service leads to gets plain text, as proxies know nothing about bare addresses', () => {
    const manifests = [...PAIR.slice(0, 2), deployment('server', { ports: [{ containerPort: 9000 }] }), mode('STRICT')];
    expect(decide(manifests, { port: 9000 }).verdict).toBe('denied');
  });

  test('a headless Service with one pod that does not announce mutual TLS gets none at all', () => {
    const headless = { spec: { clusterIP: 'None', selector: { tier: 'db' } } };
    const tier = { labels: { tier: 'db' } };
    const manifests = (second: object) => [
      namespace('shop'),
      deployment('client'),
      deployment('one', tier),
      second,
      service('server', [{ name: 'tcp', port: 80 }], headless),
    ];
    const bothInMesh = decide(manifests(deployment('two', tier)), {});
    expect(bothInMesh.connection?.clientSpeaks).toBe('mutual-tls');
    const oneOut = decide(
      manifests(deployment('two', { labels: { ...tier.labels, 'sidecar.istio.io/inject': 'false' } })),
      {},
    );
    expect(oneOut.connection?.clientSpeaks).toBe('plain-text');
  });
});

describe('whether the certificates are accepted', () => {
  const mixed = (client: object, server: object) => [
    overlay,
    namespace('shop'),
    deployment('client', client),
    deployment('server', server),
    service('server', [{ name: 'http', port: 80 }]),
  ];

  test.each([
    ['both from the Workload API', {}, {}, undefined],
    ['both from istiod', istiodOnly, istiodOnly, undefined],
    ['Workload API calls istiod', {}, istiodOnly, 'different-authorities'],
    ['istiod calls Workload API, even under PERMISSIVE', istiodOnly, {}, 'different-authorities'],
  ])('%s', (_, client, server, failure) => {
    const decision = decide(mixed(client, server), {});
    expect(decision.connection?.failure?.kind).toBe(failure);
    expect(decision.verdict).toBe(failure ? 'denied' : 'allowed');
  });

  test('a Workload API volume of the pod’s own counts as the overlay does', () => {
    const volumes = [{ name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } }];
    const model = MeshModel.from(mixed({ ...istiodOnly, spec: { volumes } }, {}));
    expect(ask(model, {}).connection?.callerAuthority).toBe('workload-api');
  });

  test('a trust domain the callee does not know is refused; an alias is known', () => {
    const caller = { from: 'spiffe://old.example/ns/shop/sa/client', port: 80 };
    expect(decide([...PAIR, meshConfig({})], caller).connection?.failure?.kind).toBe('client-trust-domain-refused');
    expect(decide([...PAIR, meshConfig({ trustDomainAliases: ['old.example'] })], caller).verdict).toBe('allowed');
    expect(decide([...PAIR, meshConfig({ caCertificates: [{ trustDomains: ['old.example'] }] })], caller).verdict).toBe(
      'allowed',
    );
  });

  test('subjectAltNames of a DestinationRule replace the identities istiod computes', () => {
    const tls = (...subjectAltNames: string[]) => destinationRule({ mode: 'ISTIO_MUTUAL', subjectAltNames });
    expect(
      decide([...PAIR, tls('spiffe://cluster.local/ns/shop/sa/other')], { port: 80 }).connection?.failure?.kind,
    ).toBe('server-identity-not-expected');
    expect(decide([...PAIR, tls('spiffe://cluster.local/ns/shop/sa/server')], { port: 80 }).verdict).toBe('allowed');
  });

  describe('Teleport’s workload identity', () => {
    const identity = (id: string, rules?: object) => ({
      kind: 'workload_identity',
      version: 'v1',
      metadata: { name: 'mesh' },
      spec: { spiffe: { id }, ...(rules && { rules }) },
    });
    const path = '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}';
    const allowNamespaces = (...values: string[]) => ({
      allow: [{ conditions: [{ attribute: 'workload.kubernetes.namespace', in: { values } }] }],
    });

    test.each([
      ['allows the namespace', identity(path, allowNamespaces('shop')), undefined],
      ['has no rules, so allows everybody', identity(path), undefined],
      ['does not allow the namespace', identity(path, allowNamespaces('other')), 'caller-has-no-identity'],
      [
        'gives another path than Istio expects',
        identity('/k8s/{{ workload.kubernetes.namespace }}'),
        'server-identity-not-expected',
      ],
      [
        'wants what no pod of ours has',
        identity(path, {
          allow: [{ conditions: [{ attribute: 'workload.kubernetes.attested', eq: { value: 'false' } }] }],
        }),
        'caller-has-no-identity',
      ],
      [
        'has one rule that fits among several',
        identity(path, { allow: [...allowNamespaces('other').allow, ...allowNamespaces('shop').allow] }),
        undefined,
      ],
    ])('%s', (_, teleport, failure) => {
      expect(decide([...mixed({}, {}), teleport], {}).connection?.failure?.kind).toBe(failure);
    });

    test('an expression is not guessed at: the answer says what was assumed', () => {
      const decision = decide([...mixed({}, {}), identity(path, { allow: [{ expression: 'true' }] })], {});
      expect(decision.verdict).toBe('allowed');
      expect(decision.assumptions.join()).toContain('rules in mesh');
    });
  });
});

describe('which DestinationRule counts', () => {
  const off = { mode: 'DISABLE' };
  const on = { mode: 'ISTIO_MUTUAL' };
  const other = { namespace: 'istio-system' };
  const long = 'server.shop.svc.cluster.local';
  test.each([
    ['a short name means a Service of its own namespace', [destinationRule(off, other)], 'mutual-tls'],
    ['the full name from the root namespace', [destinationRule(off, other, { host: long })], 'plain-text'],
    ['a wildcard', [destinationRule(off, {}, { host: '*.shop.svc.cluster.local' })], 'plain-text'],
    [
      'the exact host before a wildcard',
      [destinationRule(off, { name: 'a' }, { host: '*.local' }), destinationRule(on, { name: 'b' })],
      'mutual-tls',
    ],
    [
      'the caller’s namespace before the root namespace',
      [destinationRule(off, other, { host: long }), destinationRule(on)],
      'mutual-tls',
    ],
    ['a rule of a third namespace', [destinationRule(off, { namespace: 'third' }, { host: long })], 'mutual-tls'],
    ['one not exported to the caller', [destinationRule(off, other, { host: long, exportTo: ['.'] })], 'mutual-tls'],
    [
      'one for other callers',
      [destinationRule(off, {}, { workloadSelector: { matchLabels: { app: 'x' } } })],
      'mutual-tls',
    ],
    [
      'settings of the port replace those of the host',
      [
        destinationRule(
          off,
          {},
          { trafficPolicy: { tls: off, portLevelSettings: [{ port: { number: 80 }, tls: on }] } },
        ),
      ],
      'mutual-tls',
    ],
    [
      'settings of the port without TLS leave it to auto-mTLS',
      [destinationRule(off, {}, { trafficPolicy: { tls: off, portLevelSettings: [{ port: { number: 80 } }] } })],
      'mutual-tls',
    ],
    [
      'rules of the caller’s namespace hide the others, though none is for the caller',
      [
        destinationRule(on, {}, { workloadSelector: { matchLabels: { app: 'x' } } }),
        destinationRule(off, other, { host: long }),
      ],
      'mutual-tls',
    ],
    [
      'one that is for the caller before one for all, whatever they are called',
      [
        destinationRule(off, { name: 'b' }, { workloadSelector: { matchLabels: { app: 'client' } } }),
        destinationRule(on, { name: 'a' }),
      ],
      'plain-text',
    ],
    [
      'a second rule for the host adds nothing to the policy of the first',
      [destinationRule(off, { name: 'b' }), destinationRule(on, { name: 'a' })],
      'mutual-tls',
    ],
    [
      'of two in a cluster the older one is first',
      [
        destinationRule(on, { name: 'a', creationTimestamp: '2026-02-01T00:00:00Z' }),
        destinationRule(off, { name: 'b', creationTimestamp: '2026-01-01T00:00:00Z' }),
      ],
      'plain-text',
    ],
    [
      'a rule without a policy takes that of the second',
      [destinationRule(off, { name: 'a' }, { trafficPolicy: undefined }), destinationRule(off, { name: 'b' })],
      'plain-text',
    ],
    [
      'not so if they are exported to different namespaces: the last one counts',
      [destinationRule(off, { name: 'a' }, { exportTo: ['*'] }), destinationRule(on, { name: 'b' })],
      'mutual-tls',
    ],
    ['a private rule of the caller’s namespace', [destinationRule(off, {}, { exportTo: ['.'] })], 'plain-text'],
    [
      'one of the caller’s namespace that is exported to others alone',
      [destinationRule(off, {}, { exportTo: ['third'] })],
      'mutual-tls',
    ],
    [
      'the most specific host of a namespace hides its others, even if it is not exported to the caller',
      [
        destinationRule(on, { ...other, name: 'a' }, { host: long, exportTo: ['third', 'fourth'] }),
        destinationRule(off, { ...other, name: 'b' }, { host: '*.shop.svc.cluster.local' }),
      ],
      'mutual-tls',
    ],
    [
      'a private one hides nothing from other namespaces',
      [
        destinationRule(on, { ...other, name: 'a' }, { host: long, exportTo: ['.'] }),
        destinationRule(off, { ...other, name: 'b' }, { host: '*.shop.svc.cluster.local' }),
      ],
      'plain-text',
    ],
    [
      'the mesh exports none that does not say so itself',
      [destinationRule(off, other, { host: long }), meshConfig({ defaultDestinationRuleExportTo: ['.'] })],
      'mutual-tls',
    ],
  ])('%s', (_, rules, speaks) => {
    expect(decide([...PAIR, ...rules], { port: 80 }).connection?.clientSpeaks).toBe(speaks);
  });

  const fromRoot = (...rules: readonly object[]) =>
    decide(
      [...PAIR, namespace('istio-system', { 'istio-injection': 'enabled' }), deployment('gate', other), ...rules],
      { from: 'istio-system/gate', port: 80 },
    ).connection?.clientSpeaks;

  test('callers of the root namespace look at the Service’s namespace before their own exported rules', () => {
    const ofRoot = destinationRule(off, other, { host: long });
    expect(fromRoot(ofRoot)).toBe('plain-text');
    expect(fromRoot(ofRoot, destinationRule(on))).toBe('mutual-tls');
  });

  test('private rules of the root namespace are for its callers, before all others', () => {
    const ofRoot = destinationRule(off, other, { host: long, exportTo: ['.'] });
    expect(fromRoot(ofRoot, destinationRule(on))).toBe('plain-text');
  });
});
