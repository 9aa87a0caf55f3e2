import fc from 'fast-check';
import { MeshModel, ruleUses } from '../../../lib/access';
import { compilePolicy } from '../../../lib/analysis/policy/compiled-policy';
import { Rivals } from '../../../lib/analysis/rule-use/rivals';
import * as coverage from '../../../lib/analysis/rule-use/rule-coverage';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';
import { deployment, meshConfig, namespace, policy } from '../access/objects';

const BASE = [meshConfig({ trustDomain: 'cluster.local' }), namespace('shop'), deployment('api')];
const rule = (caller: string) => ({
  from: [{ source: { principals: [`cluster.local/ns/shop/sa/${caller}`] } }],
  to: [{ operation: { methods: ['GET'], paths: [`/${caller}`] } }],
});
const allows = (count: number, name = 'allow') =>
  Array.from({ length: count }, (_, index) =>
    policy({ rules: [rule(`caller-${index}`)] }, { name: `${name}-${index}` }),
  );

type MakePolicies = (count: number, name: string) => readonly object[];

function comparisons(count: number, make: MakePolicies = allows): number {
  const isWider = jest.spyOn(coverage, 'isWider');
  ruleUses(MeshModel.from([...BASE, ...make(count, 'one'), ...make(count, 'again')]), { complete: false });
  const { length } = isWider.mock.calls;
  isWider.mockRestore();
  return length;
}

test('policies of one workload meet those about the same callers, not all others', () => {
  expect(comparisons(20)).toBeGreaterThan(0);
  expect(comparisons(40) / comparisons(20)).toBeLessThan(2.2);
});

const operations = (operation: (index: number) => object) => (count: number, name: string) =>
  Array.from({ length: count }, (_, index) =>
    policy({ rules: [{ to: [{ operation: operation(index) }] }] }, { name: `${name}-${index}` }),
  );

test.each<[string, MakePolicies]>([
  ['paths', operations((index) => ({ paths: [`/${index}`] }))],
  ['beginnings of paths', operations((index) => ({ paths: [`/${index}/*`] }))],
  ['hosts', operations((index) => ({ hosts: [`${index}.example.com`], methods: ['GET'] }))],
  ['ports', operations((index) => ({ ports: [`${index + 1}`] }))],
  [
    'headers',
    (count, name) =>
      Array.from({ length: count }, (_, index) =>
        policy(
          { rules: [{ when: [{ key: 'request.headers[x-tenant]', values: [`${index}`] }] }] },
          { name: `${name}-${index}` },
        ),
      ),
  ],
])('policies that name no caller meet those about the same %s', (_, make) => {
  expect(comparisons(20, make)).toBeGreaterThan(0);
  expect(comparisons(40, make) / comparisons(20, make)).toBeLessThan(2.2);
});

const some = <T>(...values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const source = fc.record(
  {
    principals: some('cluster.local/ns/shop/sa/web', 'old.example.com/ns/shop/sa/web', 'cluster.local/ns/shop/*'),
    namespaces: some('shop', 'sh*'),
    serviceAccounts: some('shop/web', 'web', 'shop/api'),
    notNamespaces: some('shop', 'other'),
  },
  { requiredKeys: [] },
);
const operation = fc.record(
  {
    paths: some('/a', '/a*', '/ab', '*', '*b', '/{*}', '/{*}/*'),
    hosts: some('a.example.com', '*.example.com', 'a.*', '*'),
    ports: some('80', '8080', '0', 'http'),
    methods: some('GET', 'G*'),
    notPaths: some('/a', '/b'),
  },
  { requiredKeys: [] },
);
const when = fc.oneof(
  fc.record({ key: fc.constant('request.headers[x-a]'), values: some('1', '1*', '') }),
  fc.record({ key: fc.constant('request.auth.claims[groups]'), values: some('a', 'b') }),
  fc.record({ key: fc.constant('source.namespace'), values: some('shop', 'other') }),
  fc.record({ key: fc.constant('request.headers[x-a]'), notValues: some('1', '2') }),
);
/** A rule with few fields, so that many cover others. */
const anyRule = fc.oneof(
  fc.record({ to: fc.array(fc.record({ operation }), { minLength: 1, maxLength: 2 }) }),
  fc.record({ from: fc.array(fc.record({ source }), { minLength: 1, maxLength: 2 }) }),
  fc.record({ when: fc.array(when, { minLength: 1, maxLength: 2 }) }),
  fc.record({ from: fc.tuple(fc.record({ source })), to: fc.tuple(fc.record({ operation })) }),
);

test('whatever covers a rule is among those that its policy meets', () => {
  let coverings = 0;
  fc.assert(
    fc.property(fc.array(anyRule, { minLength: 40, maxLength: 40 }), (rules) => {
      const text = rules.map((one, index) => JSON.stringify(policy({ rules: [one] }, { name: `policy-${index}` })));
      const { manifests } = readManifests([{ file: 'policies.yaml', text: text.join('\n---\n') }]);
      const context = { trustDomains: ['cluster.local', 'old.example.com'], target: Target.of() };
      const compiled = manifests.all.flatMap((manifest) => compilePolicy(manifest, context) ?? []);
      const rivals = new Rivals(compiled);
      for (const narrow of compiled) {
        const met = new Set(rivals.of(narrow));
        for (const wide of compiled) {
          const [outer, inner] = [wide.rules.http[0], narrow.rules.http[0]];
          if (wide === narrow || !outer || !inner || !coverage.covers(outer, inner)) continue;
          coverings += 1;
          expect(met).toContain(wide);
        }
      }
    }),
    { numRuns: 40, seed: 1 },
  );
  expect(coverings).toBeGreaterThan(1000);
});

test.each([
  ['one about the same caller', { rules: [{ from: rule('caller-1').from }] }],
  ['one about everybody', { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }],
  ['one about a pattern', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/*'] } }] }] }],
])('a rule is still covered by %s', (_, spec) => {
  const uses = ruleUses(MeshModel.from([...BASE, ...allows(3), policy(spec, { name: 'wide' })]), { complete: false });

  expect(uses).toContainEqual(
    expect.objectContaining({
      kind: 'rule-covered',
      rule: expect.objectContaining({ policy: expect.objectContaining({ name: 'allow-1' }) }),
    }),
  );
});
