import { Testing } from 'cdk8s';
import { AuthorizationPolicy } from '../../../../lib/constructs/istio/policy/authorization-policy';
import type { AuthorizationPolicyProps } from '../../../../lib/constructs/istio/policy/authorization-policy-props';
import { PolicyCondition } from '../../../../lib/constructs/istio/policy/policy-condition';
import type {
  AllowPolicyRule,
  AuditPolicyRule,
  CustomPolicyRule,
  DenyPolicyRule,
} from '../../../../lib/constructs/istio/policy/policy-rule';
import { PolicyScope } from '../../../../lib/constructs/istio/policy/policy-scope';
import { Principal } from '../../../../lib/constructs/istio/policy/principal';
import { RequestPrincipal } from '../../../../lib/constructs/istio/policy/request-principal';
import { Target } from '../../../../lib/upstream/releases/target';
import { SpiffeId } from '../../../../lib/upstream/spiffe/spiffe-id';
import { refusal } from '../refusal';

const scope = PolicyScope.workload('shop', { app: 'cart' });
const caller = Principal.of(SpiffeId.parse('spiffe://example.org/ns/shop/sa/web'));
const common = { name: 'cart', scope };
const spec = (props: AuthorizationPolicyProps) => AuthorizationPolicy.manifest(props).spec;
const refused = (props: AuthorizationPolicyProps) => refusal(() => AuthorizationPolicy.manifest(props));

test('an ALLOW policy says who may do what', () => {
  expect(
    AuthorizationPolicy.manifest({
      ...common,
      action: 'ALLOW',
      rules: [
        {
          from: [{ principals: [caller] }],
          to: [{ methods: ['GET'], paths: ['/carts/*'], ports: [8080] }],
          when: [PolicyCondition.header('x-tenant', { values: ['a'] })],
        },
      ],
    }),
  ).toEqual({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'cart' } },
      action: 'ALLOW',
      rules: [
        {
          from: [{ source: { principals: ['example.org/ns/shop/sa/web'] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/carts/*'], ports: ['8080'] } }],
          when: [{ key: 'request.headers[x-tenant]', values: ['a'] }],
        },
      ],
    },
  });
});

describe('policies for everybody', () => {
  const namespace = { name: 'all', scope: PolicyScope.namespace('shop') };

  test('ALLOW nothing is an empty spec, which closes the scope', () => {
    expect(spec({ ...namespace, action: 'ALLOW', rules: 'nothing' })).toEqual({});
  });

  test('ALLOW everything and DENY everything have one empty rule', () => {
    expect(spec({ ...namespace, action: 'ALLOW', rules: 'everything' })).toEqual({ action: 'ALLOW', rules: [{}] });
    expect(spec({ ...namespace, action: 'DENY', rules: 'everything' })).toEqual({ action: 'DENY', rules: [{}] });
  });

  test('cannot be written by accident: no rules, or a rule without content, are refused', () => {
    expect(refused({ ...namespace, action: 'ALLOW', rules: [] }).problem).toBe('the ALLOW policy has no rules');
    expect(refused({ ...namespace, action: 'DENY', rules: [] }).problem).toBe('the DENY policy has no rules');
    // @ts-expect-error what everything is meant by is a word
    expect(refused({ ...namespace, action: 'ALLOW', rules: [{}] }).problem).toContain('matches everything');
    // @ts-expect-error rules are demanded
    expect(refused({ ...namespace, action: 'ALLOW' }).problem).toBe('the ALLOW policy has no rules');
    expect(refused({ ...namespace, action: 'ALLOW', rules: [{ from: [] }] }).problem).toBe('"from" is an empty list');
    expect(refused({ ...namespace, action: 'ALLOW', rules: [{ to: [] }] }).problem).toBe('"to" is an empty list');
  });

  test('a rule or a source without content does not compile, whatever the action', () => {
    const rules = {
      // @ts-expect-error a rule that says nothing matches everything
      allow: {} satisfies AllowPolicyRule,
      // @ts-expect-error
      deny: {} satisfies DenyPolicyRule,
      // @ts-expect-error
      audit: {} satisfies AuditPolicyRule,
      // @ts-expect-error
      custom: {} satisfies CustomPolicyRule,
      // @ts-expect-error a source that says nothing is everybody
      source: { from: [{}] } satisfies AllowPolicyRule,
      // @ts-expect-error
      peer: { from: [{}] } satisfies DenyPolicyRule,
      // @ts-expect-error
      network: { from: [{}] } satisfies CustomPolicyRule,
      // @ts-expect-error an operation that says nothing is every one
      operation: { to: [{}] } satisfies AllowPolicyRule,
    };
    expect(Object.keys(rules)).toHaveLength(8);
    const whole = { from: [{ namespaces: ['shop'], notIpBlocks: ['192.0.2.0/24'] }] } satisfies AllowPolicyRule;
    expect(spec({ ...namespace, action: 'ALLOW', rules: [whole] }).rules).toHaveLength(1);
  });

  test('DENY nothing does not exist', () => {
    // @ts-expect-error a DENY policy without rules is refused by Istio
    const props: AuthorizationPolicyProps = { ...namespace, action: 'DENY', rules: 'nothing' };
    expect(props.rules).toBe('nothing');
  });
});

describe('ALLOW', () => {
  test('requests and bare ports in one rule do not compile, and are refused: TCP ports would be closed', () => {
    const rules = [{ to: [{ methods: ['GET'] }, { ports: [3306] as const }] }];
    // @ts-expect-error one rule is either for requests or for ports
    const props: AuthorizationPolicyProps = { ...common, action: 'ALLOW', rules };
    expect(refused(props).problem).toContain('mixes operations with and without HTTP fields');
  });

  test('the same in two rules is fine', () => {
    expect(
      spec({ ...common, action: 'ALLOW', rules: [{ to: [{ methods: ['GET'] }] }, { to: [{ ports: [3306] }] }] }).rules,
    ).toHaveLength(2);
  });
});

describe('DENY', () => {
  const requestFields = [
    { methods: ['DELETE'] },
    { notMethods: ['GET'] },
    { paths: ['/admin*'] },
    { notPaths: ['/'] },
    { hosts: ['a'] },
    { notHosts: ['a'] },
  ] as const;

  test.each(requestFields)('%j without ports is refused: it would deny every TCP connection', (operation) => {
    // @ts-expect-error ports are missing
    const props: AuthorizationPolicyProps = { ...common, action: 'DENY', rules: [{ to: [operation] }] };
    expect(refused(props).problem).toContain('denies every TCP connection');
    expect(spec({ ...common, action: 'DENY', rules: [{ to: [{ ...operation, ports: [8080] }] }] }).rules).toHaveLength(
      1,
    );
  });

  test('a token, a header or a claim without ports is refused, too', () => {
    const withoutPorts: unknown[] = [
      { from: [{ requestPrincipals: [RequestPrincipal.anyAuthenticated()] }] },
      { from: [{ notRequestPrincipals: [RequestPrincipal.anyAuthenticated()] }] },
      { when: [PolicyCondition.header('x', { values: ['a'] })] },
      { when: [PolicyCondition.claim('x', { values: ['a'] })], to: [{ notPorts: [80] }] },
    ];
    for (const rule of withoutPorts) {
      const props = { ...common, action: 'DENY', rules: [rule] } as AuthorizationPolicyProps;
      expect(refused(props).problem).toContain('denies every TCP connection');
    }
    // @ts-expect-error ports are missing
    const typed: AuthorizationPolicyProps = {
      ...common,
      action: 'DENY',
      rules: [withoutPorts[0] as { from: [{ requestPrincipals: RequestPrincipal[] }] }],
    };
    expect(typed.action).toBe('DENY');
  });

  test('what a connection shows needs no ports', () => {
    expect(
      spec({
        ...common,
        action: 'DENY',
        rules: [{ from: [{ notPrincipals: [caller] }] }, { when: [PolicyCondition.sni({ values: ['a'] })] }],
      }).rules,
    ).toHaveLength(2);
  });

  test('a token with ports passes', () => {
    const from = [{ notRequestPrincipals: [RequestPrincipal.anyAuthenticated()] }] as const;
    expect(spec({ ...common, action: 'DENY', rules: [{ from, to: [{ ports: [8080] }] }] }).rules).toHaveLength(1);
  });
});

describe('CUSTOM', () => {
  test('names its provider', () => {
    expect(spec({ ...common, action: 'CUSTOM', provider: 'opa', rules: [{ to: [{ paths: ['/x'] }] }] })).toMatchObject({
      action: 'CUSTOM',
      provider: { name: 'opa' },
    });
    expect(
      refused({ ...common, action: 'CUSTOM', provider: '', rules: [{ to: [{ paths: ['/x'] }] }] }).problem,
    ).toContain('no provider');
  });

  test('knows no identities, and other actions no provider', () => {
    const rules = [{ from: [{ principals: [caller] }] }];
    // @ts-expect-error Istio refuses identities in CUSTOM rules
    const identity: AuthorizationPolicyProps = { ...common, action: 'CUSTOM', provider: 'opa', rules };
    expect(refused(identity).problem).toContain('before identities are known');
    const when = [PolicyCondition.claim('a', { values: ['b'] })];
    // @ts-expect-error Istio refuses tokens in CUSTOM rules
    const token: AuthorizationPolicyProps = { ...common, action: 'CUSTOM', provider: 'opa', rules: [{ when }] };
    expect(refused(token).problem).toContain('before identities are known');
    // @ts-expect-error Istio refuses a provider with another action
    const provider: AuthorizationPolicyProps = { ...common, action: 'ALLOW', provider: 'opa', rules: 'everything' };
    expect(spec(provider)).not.toHaveProperty('provider');
  });
});

test('a dry run is an annotation, and only for ALLOW and DENY', () => {
  const { metadata } = AuthorizationPolicy.manifest({ ...common, action: 'DENY', rules: 'everything', dryRun: true });
  expect(metadata.annotations).toEqual({ 'istio.io/dry-run': 'true' });
  // @ts-expect-error Istio refuses a dry run of AUDIT
  AuthorizationPolicy.manifest({ ...common, action: 'AUDIT', rules: [{ to: [{ ports: [80] }] }], dryRun: true });
});

test('raw rules follow the typed ones unchanged', () => {
  const raw = { when: [{ key: 'experimental.envoy.filters.a[b]', values: ['c'] }] };
  expect(spec({ ...common, action: 'ALLOW', rules: [{ to: [{ ports: [80] }] }], rawRules: [raw] }).rules?.[1]).toEqual(
    raw,
  );
  expect(spec({ ...common, action: 'ALLOW', rules: 'nothing', rawRules: [raw] })).toMatchObject({ rules: [raw] });
});

test('trust domains as a source are judged by the target', () => {
  const rules = [{ from: [{ trustDomains: [SpiffeId.parse('spiffe://example.org/a').trustDomain] }] }];
  expect(refused({ ...common, action: 'ALLOW', rules, target: Target.of({ istio: '1.30.1' }) }).problem).toContain(
    '1.30.1',
  );
  spec({ ...common, action: 'ALLOW', rules, target: Target.of({ istio: '1.30.2' }) });
});

test('the construct emits the manifest, keeps an empty spec, and names itself in errors', () => {
  const chart = Testing.chart();
  const namespace = PolicyScope.namespace('shop');
  const policy = new AuthorizationPolicy(chart, 'deny', {
    name: 'd',
    scope: namespace,
    action: 'ALLOW',
    rules: 'nothing',
  });
  expect(policy.resource.toJson()).toEqual({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: expect.objectContaining({ name: 'd', namespace: 'shop' }),
    spec: {},
  });
  expect(
    refusal(() => new AuthorizationPolicy(chart, 'bad', { name: 'b', scope, action: 'DENY', rules: [] })).where,
  ).toBe('test/bad');
});
