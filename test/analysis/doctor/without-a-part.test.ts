import { inspect } from 'node:util';
import { HEALTH_CHECKS } from '../../../lib/analysis/doctor/checks/all-checks';
import { type CheckOutcome, diagnose } from '../../../lib/analysis/doctor/diagnose';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { addTo } from '../../../lib/base/add-to';

/**
 * Of the checks that are rules of check one stands for all; that Teleport was not asked is said by others than the one that
 * compares the keys of what it answered; drift has manifests to compare with, and tests of its own.
 */
const LEFT_OUT = ['teleport-rules', 'istio-rules', 'join-keys-current', 'runs-as-written'];
const checks = HEALTH_CHECKS.filter(({ id }) => !LEFT_OUT.includes(id));

const gapAt = (subject: string) => ({ subject, because: 'it is forbidden' });

function lacking(snapshot: Snapshot, change: Partial<Snapshot>, subjects: readonly string[]): Snapshot {
  return { ...snapshot, ...change, gaps: [...snapshot.gaps, ...subjects.map(gapAt)] };
}

/** The snapshot without each of its parts, as whoever may not ask for that part gets it. */
function* withoutEach(snapshot: Snapshot): Generator<readonly [part: string, snapshot: Snapshot]> {
  const { objects, proxies, logs, tbots } = snapshot;
  for (const name of objects.keys()) {
    const others = new Map([...objects].filter(([other]) => other !== name));
    yield [name, lacking(snapshot, { objects: others }, [`objects/${name}`])];
  }
  const proxySubject = ({ namespace, pod }: Snapshot['proxies'][number]) => `proxies/${namespace}/${pod}`;
  yield ['proxies', lacking(snapshot, { proxies: [] }, proxies.map(proxySubject))];
  for (const proxy of proxies) {
    const others = proxies.filter((other) => other !== proxy);
    yield [proxySubject(proxy), lacking(snapshot, { proxies: others }, [proxySubject(proxy)])];
  }
  const logSubjects = logs.map(({ namespace, pod, container }) => `logs/${namespace}/${pod}/${container}`);
  yield ['logs', lacking(snapshot, { logs: [] }, logSubjects)];
  const silent = tbots.map((tbot) => ({ ...tbot, readyz: undefined, metrics: {} }));
  const tbotSubjects = tbots.map(({ namespace, pod }) => `tbots/${namespace}/${pod}`);
  yield ['tbots', lacking(snapshot, { tbots: silent }, tbotSubjects)];
  yield ['server', lacking(snapshot, { server: undefined }, ['server'])];
  yield ['jwks', lacking(snapshot, { jwks: undefined }, ['jwks'])];
  yield ['teleport', lacking(snapshot, { teleport: undefined }, ['teleport'])];
  const rights = Object.keys(snapshot.rights ?? {}).map((right) => `rights/${right}`);
  if (rights.length > 0) yield ['rights', lacking(snapshot, { rights: {} }, rights)];
}

const outcomeOf = (check: (typeof checks)[number], snapshot: Snapshot): CheckOutcome | undefined =>
  diagnose(snapshot, { checks: [check], before: check.group === 'before' }).outcomes[0];

test.each(checks.map((check) => [check.id, check] as const))(
  '%s without a part of what it looks at never says that all is well where something is wrong',
  (_, check) => {
    const silent = [...withoutEach(check.fires())].filter(([, snapshot]) => {
      const outcome = outcomeOf(check, snapshot);
      return (outcome?.findings.length ?? 0) === 0 && (outcome?.unseen.length ?? 0) === 0;
    });

    expect(silent.map(([part]) => part)).toEqual([]);
  },
);

const textOf = (snapshot: Snapshot) => inspect(snapshot, { depth: null, maxArrayLength: null, maxStringLength: null });
/** Checks by the snapshot where all is well: most share one, and each variant of it is read once for all of them. */
const byQuiet = new Map<string, (typeof checks)[number][]>();
for (const check of checks) addTo(byQuiet, textOf(check.quiet()), check);
/** The parts without which a check finds something where all is well, by check. */
const foundWithout = new Map<string, string[]>();

beforeAll(() => {
  for (const sharing of byQuiet.values()) {
    const [{ quiet }] = sharing as [(typeof checks)[number]];
    for (const [part, snapshot] of withoutEach(quiet())) {
      for (const { check, findings } of diagnose(snapshot, { checks: sharing }).outcomes) {
        if (findings.length > 0) addTo(foundWithout, check.id, part);
      }
    }
  }
});

test.each(checks.map((check) => [check.id, check] as const))(
  '%s without a part of what it looks at finds nothing where all is well',
  (id) => {
    expect(foundWithout.get(id) ?? []).toEqual([]);
  },
);
