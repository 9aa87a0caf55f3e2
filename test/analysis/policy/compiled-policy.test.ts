import { Target } from '../../../lib/upstream/releases/target';
import { decide, deployment, meshConfig, namespace, onHttp, onTcp, PAIR, policy, service } from '../access/objects';

/** The rows of the tables in istio/istio's authorization: what a policy's shape alone decides. */
describe('a policy by its shape', () => {
  test.each([
    ['no policy', [], 'allowed'],
    ['ALLOW with an empty spec denies everybody', [{}], 'denied'],
    ['ALLOW with no rules denies everybody', [{ action: 'ALLOW' }], 'denied'],
    ['ALLOW with an empty list of rules denies everybody', [{ rules: [] }], 'denied'],
    ['ALLOW with one empty rule allows everybody', [{ rules: [{}] }], 'allowed'],
    ['ALLOW with an empty rule beside a deny-all still allows', [{}, { rules: [{}] }], 'allowed'],
    ['DENY with no rules matches nothing', [{ action: 'DENY' }], 'allowed'],
    ['DENY with one empty rule denies everybody', [{ action: 'DENY', rules: [{}] }], 'denied'],
    ['a rule that is null allows nobody', [{ rules: [null] }], 'denied'],
    ['a rule that is null denies nobody', [{ action: 'DENY', rules: [null] }], 'allowed'],
    ['DENY beats ALLOW', [{ rules: [{}] }, { action: 'DENY', rules: [{}] }], 'denied'],
    ['AUDIT changes nothing', [{ action: 'AUDIT', rules: [{}] }], 'allowed'],
    ['AUDIT does not count as an ALLOW policy', [{ action: 'AUDIT', rules: [{}] }, {}], 'denied'],
  ])('%s', (_, specs, expected) => {
    const policies = specs.map((spec) => policy(spec));
    expect(onHttp(policies)).toBe(expected);
    expect(onTcp(policies)).toBe(expected);
  });
});

describe('dry-run', () => {
  const dryRun = { annotations: { 'istio.io/dry-run': 'true' } };

  test.each([
    ['a dry-run DENY denies nobody', [policy({ action: 'DENY', rules: [{}] }, dryRun)], 'allowed'],
    ['with only dry-run ALLOW policies nobody is denied by default', [policy({}, dryRun)], 'allowed'],
    ['a dry-run ALLOW lets nobody through', [policy({}), policy({ rules: [{}] }, dryRun)], 'denied'],
    [
      'the annotation "false" enforces',
      [policy({ action: 'DENY', rules: [{}] }, { annotations: { 'istio.io/dry-run': 'false' } })],
      'denied',
    ],
  ])('%s', (_, policies, expected) => {
    expect(onHttp(policies)).toBe(expected);
  });

  test('its rules are still considered, marked as dry run', () => {
    const decision = decide([...PAIR, policy({ action: 'DENY', rules: [{}] }, dryRun)], { port: 80 });
    expect(decision.considered.map(({ rule, matches }) => [rule.dryRun, matches])).toEqual([[true, 2]]);
  });
});

describe('CUSTOM', () => {
  const custom = (provider: string, rules: object[] = [{}]) =>
    policy({ action: 'CUSTOM', provider: { name: provider }, rules });
  const known = meshConfig({
    extensionProviders: [
      { name: 'opa', envoyExtAuthzGrpc: { service: 'authz.auth.svc.cluster.local', port: 9000 } },
      { name: 'other', envoyExtAuthzGrpc: { service: 'authz.auth.svc.cluster.local', port: 9000 } },
    ],
  });

  test('leaves it open whether the authorizer is asked, where that hangs on what was not said', () => {
    const rule = custom('opa', [{ to: [{ operation: { paths: ['/admin'] } }] }]);
    const decision = decide([...PAIR, known, rule], { port: 80, method: 'GET' });

    expect(decision.verdict).toBe('depends');
    expect(decision.reason.kind).toBe('undetermined');
    expect(decide([...PAIR, known, rule], { port: 80, method: 'GET', path: '/' }).verdict).toBe('allowed');
  });

  test('leaves the answer to the external authorizer', () => {
    const decision = decide([...PAIR, known, custom('opa')], { port: 80 });
    expect(decision.verdict).toBe('depends');
    expect(decision.reason).toMatchObject({ kind: 'external-authorizer', provider: 'opa' });
  });

  test.each([
    [
      'a rule that does not match asks nobody',
      [known, custom('opa', [{ to: [{ operation: { ports: ['1'] } }] }])],
      'allowed',
    ],
    ['an authorizer the mesh does not know means denied', [known, custom('nobody')], 'denied'],
    [
      'of two with one name the last counts, and one for telemetry is not an authorizer',
      [
        meshConfig({
          extensionProviders: [
            { name: 'opa', envoyExtAuthzGrpc: { service: 'authz.auth.svc.cluster.local', port: 9000 } },
            { name: 'opa', zipkin: {} },
          ],
        }),
        custom('opa'),
      ],
      'denied',
    ],
    // istio/istio pilot/pkg/security/authz/builder/extauthz.go denies for a provider with errors.
    ...(
      [
        ['service', { port: 9000 }],
        ['port', { service: 'authz.auth.svc.cluster.local' }],
        ['valid port', { service: 'authz.auth.svc.cluster.local', port: 0 }],
      ] as const
    ).map(([lacks, settings]): [string, object[], string] => [
      `an authorizer without a ${lacks} means denied`,
      [meshConfig({ extensionProviders: [{ name: 'opa', envoyExtAuthzGrpc: settings }] }), custom('opa')],
      'denied',
    ]),
    ['two authorizers on one workload mean denied', [known, custom('opa'), custom('other')], 'denied'],
    ['a DENY decides without asking', [known, custom('opa'), policy({ action: 'DENY', rules: [{}] })], 'denied'],
    ['no ALLOW rule decides without asking', [known, custom('opa'), policy({})], 'denied'],
    ['without a mesh configuration the authorizer is taken to exist', [custom('nobody')], 'depends'],
  ])('%s', (_, policies, expected) => {
    expect(onHttp(policies)).toBe(expected);
  });
});

describe('CUSTOM by the kind of its authorizer and as a dry run', () => {
  const mesh = meshConfig({
    extensionProviders: [
      { name: 'http', envoyExtAuthzHttp: { service: 'authz.auth.svc.cluster.local', port: 9000 } },
      { name: 'grpc', envoyExtAuthzGrpc: { service: 'authz.auth.svc.cluster.local', port: 9000 } },
      { name: 'trace', zipkin: {} },
    ],
  });
  const custom = (name: string, metadata: object = {}) =>
    policy({ action: 'CUSTOM', provider: { name }, rules: [{}] }, metadata);
  const dryRun = { annotations: { 'istio.io/dry-run': 'true' } };

  test.each([
    ['http', 'depends', 'allowed'],
    ['grpc', 'depends', 'depends'],
    ['trace', 'denied', 'denied'],
    ['nobody', 'denied', 'denied'],
  ])('%s: on HTTP %s, on TCP %s', (name, http, tcp) => {
    expect([onHttp([mesh, custom(name)]), onTcp([mesh, custom(name)])]).toEqual([http, tcp]);
  });

  test.each([
    ['1.28.10', 'http', 'allowed'],
    ['1.29.8', 'grpc', 'allowed'],
    ['1.30.0', 'http', 'denied'],
    ['1.31.0', 'grpc', 'denied'],
    ['1.31.0', 'nobody', 'allowed'],
  ])('in Istio %s a dry run with authorizer %s is %s', (istio, name, expected) => {
    const target = Target.of({ istio });
    expect(decide([...PAIR, mesh, custom(name, dryRun)], { port: 80 }, { target }).verdict).toBe(expected);
  });
});

test('an action Istio does not have is refused by the API server, so the policy is not there', () => {
  expect(onHttp([policy({ action: 'FORBID', rules: [{}] })])).toBe('allowed');
});

describe('which policies are for a workload', () => {
  const denied = { action: 'DENY', rules: [{}] };
  const selecting = (labels: object) => ({ ...denied, selector: { matchLabels: labels } });
  test.each([
    ['its own namespace', policy(denied), 'denied'],
    ['another namespace', policy(denied, { namespace: 'other' }), 'allowed'],
    ['the root namespace', policy(denied, { namespace: 'istio-system' }), 'denied'],
    ['a selector that fits', policy(selecting({ app: 'server' })), 'denied'],
    ['a selector that does not fit', policy(selecting({ app: 'other' })), 'allowed'],
    ['a selector with one label too many', policy(selecting({ app: 'server', x: 'y' })), 'allowed'],
    ['an empty selector', policy(selecting({})), 'denied'],
    // Unlike a PeerAuthentication's.
    ['a selector in the root namespace', policy(selecting({ app: 'server' }), { namespace: 'istio-system' }), 'denied'],
    [
      'a targetRef is not for ordinary pods',
      policy({ ...denied, targetRefs: [{ kind: 'Service', group: '', name: 'server' }] }),
      'allowed',
    ],
  ])('%s', (_, one, expected) => {
    expect(onHttp([one])).toBe(expected);
  });

  test('the root namespace is the mesh’s own', () => {
    const config = meshConfig({ rootNamespace: 'mesh-root' });
    expect(onHttp([config, policy(denied, { namespace: 'istio-system' })])).toBe('allowed');
    expect(onHttp([config, policy(denied, { namespace: 'mesh-root' })])).toBe('denied');
  });

  test('a policy that targets a Gateway is for the pods of that Gateway', () => {
    const labels = { 'gateway.networking.k8s.io/gateway-name': 'edge' };
    const manifests = [
      namespace('shop'),
      deployment('client'),
      deployment('server', { labels }),
      service('server', [{ name: 'http', port: 80 }]),
    ];
    const target = (name: string) =>
      policy({ ...denied, targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name }] });
    expect(decide([...manifests, target('edge')], {}).verdict).toBe('denied');
    expect(decide([...manifests, target('other')], {}).verdict).toBe('allowed');
  });
});
