import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { filesToSnapshot, snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';
import { ClusterCalls } from '../../../lib/cli/doctor/cluster-calls';
import { collect } from '../../../lib/cli/doctor/collect';
import { UserError } from '../../../lib/cli/user-error';
import { answerOf } from './fake-cluster';

const NOW = new Date('2026-11-01T12:10:00Z');
const OPTIONS = { namespaces: [], pods: [], all: false, objectsOnly: false, asksTeleport: false };
type Ask = (args: readonly string[]) => string | Promise<string>;

/** Records the example through a kubectl that may answer otherwise. */
function record(
  change: (args: readonly string[], ask: Ask) => string | Promise<string> = (args, ask) => ask(args),
  total = 60_000,
) {
  const ask: Ask = (args) => answerOf(exampleSnapshot(), args);
  const calls = new ClusterCalls({ kubectl: async (args) => change(args, ask), tctl: async () => '' }, {}, total);
  return collect(calls, OPTIONS, () => NOW);
}

test('a healthy cluster is recorded whole, and is all ticks', async () => {
  const snapshot = await record();
  const { outcomes } = diagnose(snapshot);

  expect(snapshot.gaps).toEqual([]);
  expect(outcomes.flatMap(({ findings }) => findings)).toEqual([]);
  expect(outcomes.flatMap(({ unseen }) => unseen)).toEqual([]);
  expect(snapshot.proxies.map(({ pod }) => pod)).toEqual(['api-1', 'web-1']);
  expect(snapshot.tbots.map(({ readyz }) => readyz)).toEqual(['ok']);
});

test('what is saved is what was recorded', async () => {
  const snapshot = await record();

  expect(filesToSnapshot(snapshotToFiles(snapshot))).toEqual(snapshot);
});

test.each([
  ['exec', /^exec$/, 'certificate-path'],
  ['logs', /^logs$/, 'tbot-joins'],
])('where %s is forbidden, what hangs on it is not looked at', async (_, verb, id) => {
  const snapshot = await record((args, ask) => {
    if (verb.test(args[0] ?? ''))
      throw new UserError(`kubectl ${args[0]} failed: Error from server (Forbidden): you may not`);
    return ask(args);
  });
  const outcome = diagnose(snapshot).outcomes.find(({ check }) => check.id === id);

  expect(outcome?.findings).toEqual([]);
  expect(outcome?.unseen.length).toBeGreaterThan(0);
  expect(outcome?.unseen[0]?.because).toContain('you may not');
});

test('nothing is asked after the total time limit', async () => {
  let asked = 0;
  const snapshot = await record((args, ask) => {
    asked += 1;
    return ask(args);
  }, 0);

  expect(asked).toBe(0);
  expect(snapshot.objects.size).toBe(0);
  expect(snapshot.gaps.every(({ because }) => because.includes('time limit'))).toBe(true);
});

test('a call that the total time limit cut off says so, and not how little time it was given', async () => {
  const snapshot = await record(async (args, ask) => {
    if (args[1] !== 'services') return ask(args);
    await new Promise((resolve) => setTimeout(resolve, 700));
    throw new UserError('kubectl get took more than 0.5 s');
  }, 500);

  expect(snapshot.gaps).toContainEqual({
    subject: 'objects/services',
    because: 'the overall time limit was reached',
  });
});

test('at most six calls are under way at once', async () => {
  let running = 0;
  let most = 0;
  await record(async (args, ask) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return ask(args);
  });

  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(6);
});

test('a resource that the API server does not know has no objects; one that may not be listed is a gap', async () => {
  const snapshot = await record((args, ask) => {
    if (args.includes('sidecars.networking.istio.io')) {
      throw new UserError(`kubectl get failed: error: the server doesn't have a resource type "sidecars"`);
    }
    if (args.includes('services'))
      throw new UserError('kubectl get failed: Error from server (Forbidden): services is forbidden');
    return ask(args);
  });

  expect(snapshot.objects.get('sidecars.networking.istio.io')).toEqual([]);
  expect(snapshot.objects.has('services')).toBe(false);
  expect(snapshot.gaps).toEqual([{ subject: 'objects/services', because: 'services is forbidden' }]);
});

test('of Kubernetes’ own kinds, one that the API server does not know is a gap', async () => {
  const name = 'mutatingwebhookconfigurations.admissionregistration.k8s.io';
  const snapshot = await record((args, ask) => {
    if (args.includes(name))
      throw new UserError(`kubectl get failed: error: the server doesn't have a resource type "x"`);
    return ask(args);
  });

  expect(snapshot.objects.has(name)).toBe(false);
  expect(snapshot.gaps).toEqual([
    { subject: `objects/${name}`, because: `the server doesn't have a resource type "x"` },
  ]);
});

test('the configuration of tbot is asked for also while there is no pod of it', async () => {
  const asked: string[] = [];
  await record((args, ask) => {
    asked.push(args.join(' '));
    if (args[1] === 'pods') return JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [EXAMPLE_PODS.istiod] });
    return ask(args);
  });

  expect(
    asked
      .filter((line) => line.startsWith('get configmaps'))
      .map((line) => line.split(' ')[3])
      .sort(),
  ).toEqual(['istio-system', 'teleport-system']);
});

test('no Secret is ever asked for', async () => {
  const asked: string[] = [];
  await record((args, ask) => {
    asked.push(args.join(' '));
    return ask(args);
  });

  expect(asked.filter((line) => /secrets?\b(?!=)/.test(line.replace(/mask=\S+/g, '')))).toEqual([]);
});

test('no private key of a proxy is kept', async () => {
  const files = snapshotToFiles(await record());

  expect(files.map(({ text }) => text).join()).not.toMatch(/PRIVATE KEY|planted|cGxhbnRlZ/);
});
