import fc from 'fast-check';
import { compilePolicy } from '../../../lib/analysis/policy/compiled-policy';
import { mayCover, outlineOf } from '../../../lib/analysis/policy/rule-outline';
import { covers } from '../../../lib/analysis/rule-use/rule-coverage';
import type { JsonValue } from '../../../lib/base/json';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';
import { extent } from '../../thorough';
import { policy } from '../access/objects';

const TRUST_DOMAINS = ['mesh.example.com', 'old.example.com'];

const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 });
const principals = some([
  'cluster.local/ns/shop/sa/web',
  'old.example.com/ns/shop/sa/web',
  'mesh.example.com/ns/shop/sa/api',
  'mesh.example.com/ns/shop/sa/*',
]);
const source = fc.oneof(
  { weight: 4, arbitrary: fc.record({ principals }) },
  { weight: 1, arbitrary: fc.record({ notPrincipals: principals, namespaces: some(['shop', '*']) }) },
);
const methods = some(['GET', 'PUT', 'G*']);
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ methods }) },
  { weight: 1, arbitrary: fc.record({ notMethods: methods, ports: some(['80', 'http']) }) },
);
const entries = <T>(part: string, fields: fc.Arbitrary<T>) =>
  fc.array(
    fields.map((one) => ({ [part]: one })),
    { maxLength: 2 },
  );
const rule = fc.record({ from: entries('source', source), to: entries('operation', operation) }, { requiredKeys: [] });

test('of rules that cover each other no outline says that they cannot', () => {
  let coverings = 0;
  fc.assert(
    fc.property(fc.constantFrom('ALLOW', 'DENY'), rule, rule, (action, first, second) => {
      const { manifests } = readManifests([
        { file: 'policy.json', text: JSON.stringify(policy({ action, rules: [first, second] })) },
      ]);
      const [manifest] = manifests.all;
      if (!manifest) throw new Error('no policy');
      const compiled = compilePolicy(manifest, { trustDomains: TRUST_DOMAINS, target: Target.of() });
      const [wide, narrow] = compiled?.rules.http ?? [];
      if (!wide || !narrow || !covers(wide, narrow)) return;
      coverings += 1;
      expect(mayCover(outlineOf(first as JsonValue), outlineOf(second as JsonValue))).toBe(true);
    }),
    { numRuns: extent(1_000, 10_000), seed: 1 },
  );
  expect(coverings).toBeGreaterThan(extent(30, 300));
});

const from = (...principals: readonly string[]) => ({ from: [{ source: { principals } }] });
const to = (...methods: readonly string[]) => ({ to: [{ operation: { methods } }] });

test.each<[string, JsonValue, JsonValue, boolean]>([
  ['other callers', from('td/ns/shop/sa/web'), from('td/ns/shop/sa/api'), false],
  ['other methods', to('GET'), to('PUT'), false],
  ['callers where the other names none', from('td/ns/shop/sa/web'), to('GET'), false],
  ['the same caller under another trust domain', from('cluster.local/ns/shop/sa/web'), from('td/ns/shop/sa/web'), true],
  ['one caller in common', from('td/ns/shop/sa/web', 'td/ns/shop/sa/api'), from('td/ns/shop/sa/api'), true],
  ['a caller with an asterisk', from('td/ns/shop/sa/*'), from('td/ns/shop/sa/api'), true],
  ['no callers at all', to('GET'), { ...from('td/ns/shop/sa/web'), ...to('GET') }, true],
])('a rule with %s: may it cover the other? %#', (_, wide, narrow, expected) => {
  expect(mayCover(outlineOf(wide), outlineOf(narrow))).toBe(expected);
});
