import { fieldsIn, whenField } from '../../../lib/analysis/policy/rule-fields';
import { loadSchemas } from '../../../lib/analysis/schema/schema-files';
import {
  conditionField,
  FIELDS_IN_PART,
  isCallerField,
  isHttpField,
  isIdentityField,
  keyIsWhole,
  POLICY_FIELD_NAMES,
  POLICY_FIELDS,
  policyField,
  policyFieldFacts,
} from '../../../lib/upstream/istio/policy-fields';
import { Target } from '../../../lib/upstream/releases/target';

/** What a schema has under its properties and items. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly maxItems?: number;
}

const { definitions, releases } = loadSchemas('istio');

function propertiesOf(release: string, part: 'from' | 'to'): Readonly<Record<string, Node>> {
  const name = releases[release]?.['security.istio.io/v1/AuthorizationPolicy'] ?? '';
  const rules = (definitions[name] as Node | undefined)?.properties?.spec?.properties?.rules?.items?.properties;
  return rules?.[part]?.items?.properties?.[part === 'from' ? 'source' : 'operation']?.properties ?? {};
}

const PARTS = [
  ['from', 'source'],
  ['to', 'operation'],
] as const;

describe.each(Object.keys(releases))("the table against Istio %s's definition", (release) => {
  test.each(PARTS)('has every field of %s', (part, inner) => {
    const target = Target.of({ istio: release === '1.30' ? '1.30.2' : release });
    const there = [...FIELDS_IN_PART[inner]].flatMap(([name, entry]) => {
      const { since } = policyFieldFacts(entry);
      return since === undefined || target.has(since) ? [name] : [];
    });
    expect(there.sort()).toEqual(Object.keys(propertiesOf(release, part)).sort());
  });

  test.each(PARTS)('has the limits of %s', (part, inner) => {
    for (const [name, { maxItems }] of Object.entries(propertiesOf(release, part))) {
      const entry = FIELDS_IN_PART[inner].get(name);
      expect([name, entry && policyFieldFacts(entry).atMost]).toEqual([name, maxItems]);
    }
  });
});

/** Every attribute of a condition (istio/istio pilot/pkg/security/authz/model/model.go), and whether it is HTTP only. */
const ATTRIBUTES: readonly (readonly [key: string, httpOnly: boolean])[] = [
  ['source.ip', false],
  ['remote.ip', false],
  ['source.namespace', false],
  ['source.principal', false],
  ['source.serviceAccount', false],
  ['source.trustDomain', false],
  ['destination.ip', false],
  ['destination.port', false],
  ['connection.sni', false],
  ['experimental.envoy.filters.network.mysql_proxy[db.table]', false],
  ['request.headers[x-team]', true],
  ['request.auth.principal', true],
  ['request.auth.audiences', true],
  ['request.auth.presenter', true],
  ['request.auth.claims[group][name]', true],
];

test.each(ATTRIBUTES)('the condition %s is known, and HTTP only: %s', (key, httpOnly) => {
  expect(conditionField(key)).toBeDefined();
  expect(keyIsWhole(key)).toBe(true);
  expect(isHttpField(key)).toBe(httpOnly);
  expect(whenField(key, Target.of())?.httpOnly).toBe(httpOnly);
});

test('no other condition is in the table', () => {
  const known = new Set(ATTRIBUTES.map(([key]) => conditionField(key)));
  const withKey = POLICY_FIELD_NAMES.filter((name) => policyFieldFacts(name).key !== undefined);
  expect([...known].sort()).toEqual([...withKey].sort());
});

test.each(['destination.labels[version]', 'source.Principal', 'request', 'principals'])(
  '%s is not a key of a condition',
  (key) => {
    expect(conditionField(key)).toBeUndefined();
    expect(whenField(key, Target.of())).toBeUndefined();
  },
);

test.each([
  ['request.headers', false],
  ['request.headers[]', false],
  ['request.headers[x', false],
  ['request.headersx[y]', false],
  ['request.headers[a]b]', true],
  ['request.auth.claims', false],
  ['request.auth.claims[a[b]', true],
  ['experimental.envoy.filters.a', false],
  ['experimental.envoy.filters.[a]', true],
])('%s has its name in brackets: %s', (key, whole) => {
  expect(keyIsWhole(key)).toBe(whole);
});

test('a field and its condition are one, and so is its not-form', () => {
  expect(policyField('notPrincipals')).toBe('principals');
  expect(policyField('source.principal')).toBe('principals');
  expect(policyField('notes')).toBeUndefined();
  expect(isIdentityField('notTrustDomains')).toBe(true);
  expect(isIdentityField('requestPrincipals')).toBe(false);
  expect(isCallerField('request.auth.claims[iss]')).toBe(true);
  expect(isCallerField('request.headers[iss]')).toBe(false);
  expect(isCallerField('remoteIpBlocks')).toBe(false);
});

test('the evaluator has a field under every name, and knows its not-form', () => {
  for (const part of ['source', 'operation'] as const) {
    const fields = fieldsIn(part);
    expect([...fields.keys()]).toEqual([...FIELDS_IN_PART[part].keys()]);
    for (const [name, { negated, definition }] of fields) {
      expect([name, negated]).toEqual([name, /^not[A-Z]/.test(name)]);
      expect([name, definition.httpOnly]).toEqual([name, isHttpField(name)]);
    }
  }
});

test('what is refused beside ServiceAccounts are fields of a source', () => {
  for (const name of POLICY_FIELDS.serviceAccounts.notBeside) expect(FIELDS_IN_PART.source.has(name)).toBe(true);
});
