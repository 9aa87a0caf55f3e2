import fc from 'fast-check';
import { MeshModel, type Verdict } from '../../../lib/access';
import { extent } from '../../thorough';
import { ask, PAIR, policy, TARGET_QUOTING } from './objects';

/** Small value sets, so that rules and requests meet often. */
const identities = [
  'cluster.local/ns/shop/sa/client',
  'cluster.local/ns/shop/sa/*',
  '*',
  'spiffe://cluster.local/ns/shop/sa/client',
];
const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const source = fc.record(
  {
    principals: some(identities),
    notPrincipals: some(identities),
    namespaces: some(['shop', 'other', 's*']),
    requestPrincipals: some(['*', 'i/s']),
  },
  { requiredKeys: [] },
);
const operation = fc.record(
  {
    methods: some(['GET', 'PUT', '*']),
    notMethods: some(['GET', 'PUT']),
    paths: some(['/a', '/a*', '/{*}', '*']),
    ports: some(['80', '81']),
  },
  { requiredKeys: [] },
);
const when = fc.record({
  key: fc.constantFrom('source.namespace', 'destination.port', 'request.headers[x]', 'nonsense'),
  values: some(['shop', '80', 'y']),
});
const rule = fc.record(
  {
    from: fc.array(
      source.map((fields) => ({ source: fields })),
      { minLength: 1, maxLength: 2 },
    ),
    to: fc.array(
      operation.map((fields) => ({ operation: fields })),
      { minLength: 1, maxLength: 2 },
    ),
    when: fc.array(when, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const rules = fc.array(rule, { maxLength: 3 });
const spec = fc.record({ action: fc.constantFrom('ALLOW', 'DENY', 'AUDIT'), rules });
const specs = fc.array(spec, { maxLength: 4 });
const request = fc.record(
  {
    from: fc.constantFrom('client', 'outside', 'spiffe://cluster.local/ns/other/sa/x'),
    method: fc.constantFrom('GET', 'PUT'),
    path: fc.constantFrom('/a', '/a/b', '/c'),
    headers: fc.constantFrom({}, { x: 'y' }),
    claims: fc.constantFrom(null),
  },
  { requiredKeys: ['from'] },
);

/** More than a verdict of another request can allow: `depends` lies between. */
const FREEDOM: Readonly<Record<Verdict, number>> = { denied: 0, depends: 1, allowed: 2 };

/** How free a caller is on the HTTP port, and on the TCP port where nothing about HTTP can be stated. */
function freedom(policies: readonly object[], asked: { readonly from: string }): readonly number[] {
  const model = MeshModel.from([...PAIR, ...policies], TARGET_QUOTING);
  return [
    FREEDOM[ask(model, { ...asked, port: 80 }).verdict],
    FREEDOM[ask(model, { from: asked.from, port: 81 }).verdict],
  ];
}

const asPolicies = (all: readonly Record<string, unknown>[]) =>
  all.map((one, index) => policy(one, { name: `p${index}` }));

/** The same cases in every run. */
const RUNS = { seed: 1, numRuns: extent(50, 400) };

describe('laws of AuthorizationPolicy', () => {
  test('adding a DENY policy never allows more', () => {
    fc.assert(
      fc.property(specs, rules, request, (before, added, asked) => {
        const more = freedom(asPolicies([...before, { action: 'DENY', rules: added }]), asked);
        freedom(asPolicies(before), asked).forEach((was, port) => {
          expect(more[port]).toBeLessThanOrEqual(was);
        });
      }),
      RUNS,
    );
  });

  test('adding an ALLOW policy to a workload without one never allows more', () => {
    fc.assert(
      fc.property(specs, rules, request, (all, added, asked) => {
        const before = all.filter(({ action }) => action !== 'ALLOW');
        const more = freedom(asPolicies([...before, { action: 'ALLOW', rules: added }]), asked);
        freedom(asPolicies(before), asked).forEach((was, port) => {
          expect(more[port]).toBeLessThanOrEqual(was);
        });
      }),
      RUNS,
    );
  });

  test('adding an ALLOW rule where ALLOW policies are never allows less', () => {
    fc.assert(
      fc.property(specs, rule, request, (all, added, asked) => {
        const before = [...all, { action: 'ALLOW', rules: [] }];
        const more = freedom(asPolicies([...before, { action: 'ALLOW', rules: [added] }]), asked);
        freedom(asPolicies(before), asked).forEach((was, port) => {
          expect(more[port]).toBeGreaterThanOrEqual(was);
        });
      }),
      RUNS,
    );
  });

  test('the order of policies, rules and list entries never matters', () => {
    fc.assert(
      fc.property(specs, request, (all, asked) => {
        const turned = reversed(all) as typeof all;
        expect(freedom(asPolicies(turned), asked)).toEqual(freedom(asPolicies(all), asked));
      }),
      RUNS,
    );
  });

  test('a rule split at one of its lists of values is the same rule, over HTTP', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ALLOW', 'DENY'),
        some(['GET', 'PUT', 'POST']),
        source,
        request,
        (action, methods, fields, asked) => {
          const one = (values: readonly string[]) => ({
            from: [{ source: fields }],
            to: [{ operation: { methods: values } }],
          });
          const whole = { action, rules: [one(methods)] };
          const split = { action, rules: methods.map((method) => one([method])) };
          expect(freedom(asPolicies([split]), asked)).toEqual(freedom(asPolicies([whole]), asked));
        },
      ),
      RUNS,
    );
  });

  test('stating more of a request never contradicts the answer for less', () => {
    fc.assert(
      fc.property(specs, request, (all, asked) => {
        const [open] = freedom(asPolicies(all), { from: asked.from });
        const [stated] = freedom(asPolicies(all), asked);
        if (open !== 1) expect(stated).toBe(open);
      }),
      RUNS,
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reversed(inner)]));
}
