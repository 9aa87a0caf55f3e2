import { HEALTH_CHECKS } from '../../../lib/analysis/doctor/checks/all-checks';
import { diagnose, verdictOf } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { EXAMPLE_TELEPORT } from '../../../lib/analysis/doctor/examples/example-teleport';
import { LiveMesh } from '../../../lib/analysis/doctor/live-mesh';
import { summarizeDiagnosis } from '../../../lib/analysis/doctor/reporters/doctor-summary';
import { readManifests } from '../../../lib/model/documents/read-manifests';

/** What some examples are compared with. */
const EXPECTED = readManifests([
  {
    file: 'expected.yaml',
    text: 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: deny-by-default, namespace: shop}\nspec: {}\n',
  },
]).manifests;

const options = (check: (typeof HEALTH_CHECKS)[number]) => ({
  checks: [check],
  before: check.group === 'before',
  ...(check.group === 'drift' && { expected: EXPECTED }),
});

test('the example without a fault is all well', () => {
  const { outcomes } = diagnose(exampleSnapshot());

  expect(outcomes.flatMap(({ findings }) => findings)).toEqual([]);
  expect(outcomes.flatMap(({ unseen }) => unseen)).toEqual([]);
});

describe('without an answer of Teleport', () => {
  const silent = exampleSnapshot({ gaps: [{ subject: 'teleport', because: 'tctl cannot be run' }] });

  test('each check that needs it says so, and the rest of the answer stands', () => {
    const diagnosis = diagnose(silent);
    const unseen = diagnosis.outcomes.filter((outcome) => outcome.unseen.length > 0);

    expect(unseen.map(({ check }) => check.id)).toEqual(['teleport-has-resources', 'bot-instances-live']);
    for (const outcome of unseen) expect(outcome.unseen).toEqual([{ what: 'teleport', because: 'tctl cannot be run' }]);
    expect(verdictOf(diagnosis)).toBe('healthy');
    expect(summarizeDiagnosis(diagnosis)).toContain('no problems found; Teleport’s side was not checked');
  });

  test('the answer is open where Teleport has to answer', () => {
    expect(verdictOf(diagnose(silent, { needsTeleport: true }))).toBe('unknown');
    expect(verdictOf(diagnose(exampleSnapshot(), { needsTeleport: true }))).toBe('unknown');
    expect(verdictOf(diagnose(exampleSnapshot({ teleport: EXAMPLE_TELEPORT }), { needsTeleport: true }))).toBe(
      'healthy',
    );
  });

  test('nothing is said of it where nobody asked', () => {
    expect(diagnose(exampleSnapshot()).outcomes.some(({ check }) => check.isOptional)).toBe(false);
  });
});

test.each(HEALTH_CHECKS.map((check) => [check.id, check] as const))('%s fires on its example', (_, check) => {
  const [outcome] = diagnose(check.fires(), options(check)).outcomes;

  expect(outcome?.findings.length).toBeGreaterThan(0);
});

test.each(HEALTH_CHECKS.map((check) => [check.id, check] as const))('%s is quiet where all is well', (_, check) => {
  const [outcome] = diagnose(check.quiet(), options(check)).outcomes;

  expect(outcome?.findings).toEqual([]);
  expect(outcome?.unseen).toEqual([]);
  expect(outcome?.looked).toBeGreaterThan(0);
});

test.each(HEALTH_CHECKS.flatMap((check) => check.needs.map((part) => [check.id, part, check] as const)))(
  '%s is not looked at without %s, and says why',
  (_, part, check) => {
    const isObjects = !['server', 'jwks', 'teleport'].includes(part);
    const base = exampleSnapshot({
      teleport: EXAMPLE_TELEPORT,
      ...(isObjects && { without: [part], gaps: [{ subject: `objects/${part}`, because: 'forbidden' }] }),
    });
    const snapshot = isObjects ? base : { ...base, [part]: undefined, gaps: [{ subject: part, because: 'forbidden' }] };
    const [outcome] = diagnose(snapshot, options(check)).outcomes;

    expect(outcome?.unseen).toEqual([{ what: part, because: 'forbidden' }]);
    expect(outcome?.looked).toBe(0);
  },
);

test('ids are unique and in kebab-case', () => {
  const ids = HEALTH_CHECKS.map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test('a snapshot with nothing in it is never healthy', () => {
  const empty = { ...exampleSnapshot({ proxies: [], logs: [], tbots: [] }), objects: new Map() };
  const { outcomes } = diagnose(empty);

  expect(outcomes.every(({ looked }) => looked === 0)).toBe(true);
  expect(new LiveMesh(empty).pods).toEqual([]);
});

test('an image that cannot be pulled any more breaks the next node, and nothing that runs', () => {
  const pods = {
    'deployments.apps': [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { namespace: 'istio-system', name: 'istiod' },
        spec: {
          selector: { matchLabels: { app: 'istiod' } },
          template: {
            metadata: { labels: { app: 'istiod' } },
            spec: { containers: [{ name: 'discovery', image: 'gcr.io/istio-release/pilot:1.30.0' }] },
          },
        },
      },
    ],
  };
  const { outcomes } = diagnose(exampleSnapshot({ objects: pods }));
  const found = outcomes
    .flatMap(({ findings }) => findings)
    .filter(({ evidence }) => evidence.includes('rule istio-hosting-gone'));

  expect(found.map(({ severity }) => severity)).toEqual(['warning']);
});
