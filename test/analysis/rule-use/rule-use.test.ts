import { MeshModel, ruleUses } from '../../../lib/access';
import { deployment, PAIR, peerAuthentication, policy } from '../access/objects';
import { sockShop } from '../access/sock-shop';

const STRICT = peerAuthentication({ mtls: { mode: 'STRICT' } });
const CLIENT = 'cluster.local/ns/shop/sa/client';

/** What is found, as `kind policy/rule`. */
function uses(...manifests: readonly object[]): readonly string[] {
  return ruleUses(MeshModel.from([...PAIR, ...manifests])).map((use) => {
    const place =
      use.kind === 'policy-without-workload' ? use.policy.manifest.name : `${use.rule.policy.name}/${use.rule.index}`;
    return `${use.kind} ${place}`;
  });
}
const from = (...principals: readonly string[]) => ({ from: [{ source: { principals } }] });
const to = (operation: object) => ({ to: [{ operation }] });
const allow = (name: string, rules: readonly object[], spec: object = {}) => policy({ rules, ...spec }, { name });

describe('ruleUses', () => {
  test.each([
    ['a rule that is used', [allow('a', [from(CLIENT)])], []],
    [
      'a policy for nobody',
      [allow('a', [from(CLIENT)], { selector: { matchLabels: { app: 'gone' } } })],
      ['policy-without-workload a'],
    ],
    ['a principal with the scheme', [allow('a', [from(`spiffe://${CLIENT}`)])], ['rule-never-matches a/0']],
    [
      'a namespace nobody of the manifests is in',
      [allow('a', [{ from: [{ source: { namespaces: ['gone'] } }] }])],
      ['rule-never-matches a/0'],
    ],
    ['a port nobody listens on', [allow('a', [to({ ports: ['9999'] })])], ['rule-never-matches a/0']],
    ['an identity whose workload is elsewhere', [allow('a', [from('cluster.local/ns/edge/sa/gateway')])], []],
    ['a rule after one that allows everybody', [allow('a', [{}, from(CLIENT)])], ['rule-covered a/1']],
    ['a rule before one that allows everybody', [allow('a', [from(CLIENT), {}])], ['rule-covered a/0']],
    [
      'the same rule twice: the first stays',
      [allow('a', [from(CLIENT)]), allow('b', [from(CLIENT)])],
      ['rule-covered b/0'],
    ],
    ['fewer methods', [allow('a', [to({ methods: ['GET', 'PUT'] }), to({ methods: ['PUT'] })])], ['rule-covered a/1']],
    [
      'a longer path below a prefix',
      [allow('a', [to({ paths: ['/a*'] }), to({ paths: ['/a/b'] })])],
      ['rule-covered a/1'],
    ],
    [
      'a path with one more condition',
      [allow('a', [to({ paths: ['/a'] }), { ...from(CLIENT), ...to({ paths: ['/a'] }) }])],
      ['rule-covered a/1'],
    ],
    ['a path that is not below the prefix', [allow('a', [to({ paths: ['/a*'] }), to({ paths: ['/b'] })])], []],
    [
      'fewer exceptions allow more',
      [allow('a', [to({ notPaths: ['/a', '/b'] }), to({ notPaths: ['/a'] })])],
      ['rule-covered a/0'],
    ],
    [
      'a wide rule for other workloads covers nothing',
      [allow('a', [{}], { selector: { matchLabels: { app: 'client' } } }), allow('b', [from(CLIENT)])],
      [],
    ],
    [
      'an ALLOW rule whose every request a DENY rule refuses',
      [policy({ action: 'DENY', rules: [to({ ports: ['80'] })] }, { name: 'd' }), allow('a', [to({ ports: ['80'] })])],
      ['rule-denied a/0'],
    ],
    [
      'an ALLOW rule of which a DENY rule refuses a part',
      [
        policy({ action: 'DENY', rules: [to({ ports: ['80'], paths: ['/admin*'] })] }, { name: 'd' }),
        allow('a', [to({ ports: ['80'] })]),
      ],
      [],
    ],
    [
      'a wider policy of the root namespace',
      [
        policy({ rules: [to({ ports: ['80'] })] }, { name: 'root', namespace: 'istio-system' }),
        allow('a', [{ ...from(CLIENT), ...to({ ports: ['80'] }) }]),
      ],
      ['rule-covered a/0'],
    ],
    [
      'a policy with one more label: the wider one stays',
      [
        deployment('third', { labels: { tier: 'web' } }),
        allow('a', [{ ...from(CLIENT), ...to({ methods: ['GET'] }) }], { selector: { matchLabels: { tier: 'web' } } }),
        allow('b', [from(CLIENT)], { selector: { matchLabels: { app: 'third', tier: 'web' } } }),
        allow('c', [from(CLIENT)], { selector: { matchLabels: { app: 'third' } } }),
      ],
      ['rule-covered b/0'],
    ],
    [
      'dry-run policies are left out',
      [policy({ rules: [from('x')] }, { annotations: { 'istio.io/dry-run': 'true' } })],
      [],
    ],
  ])('%s', (_, policies, expected) => {
    expect(uses(STRICT, ...policies)).toEqual(expected);
  });

  test('an identity on a port that takes plain text too is found, on each such port', () => {
    const found = ruleUses(MeshModel.from([...PAIR, allow('a', [from(CLIENT)])]));
    expect(found.map((use) => use.kind === 'identity-without-mtls' && [use.podPort, use.mode, use.outcome])).toEqual([
      [80, 'PERMISSIVE', 'as-strangers'],
      [81, 'PERMISSIVE', 'as-strangers'],
    ]);
  });

  test('a DENY rule lets callers pass that have no identity, unless something else stops them', () => {
    const deny = policy({ action: 'DENY', rules: [{ ...from(CLIENT), ...to({ ports: ['80'] }) }] }, { name: 'd' });
    expect(ruleUses(MeshModel.from([...PAIR, deny]))).toMatchObject([{ podPort: 80, outcome: 'not-stopped' }]);
    const guarded = [...PAIR, deny, allow('a', [from('cluster.local/ns/edge/sa/gateway')])];
    expect(ruleUses(MeshModel.from(guarded)).filter((use) => use.kind === 'identity-without-mtls')).toMatchObject([
      { podPort: 80, outcome: 'as-strangers' },
      { podPort: 81, outcome: 'as-strangers' },
      { podPort: 80, outcome: 'as-strangers' },
    ]);
  });

  test('a not-field fits callers without an identity', () => {
    const other = allow('a', [{ from: [{ source: { notNamespaces: ['other'] } }], ...to({ ports: ['80'] }) }]);
    expect(ruleUses(MeshModel.from([...PAIR, other]))).toMatchObject([{ podPort: 80, outcome: 'matched' }]);
  });

  test('nothing is to be said about the Sock Shop', () => {
    expect(ruleUses(MeshModel.from(sockShop()))).toEqual([]);
  });
});
