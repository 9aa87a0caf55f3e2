import { diagnose, verdictOf } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { textAt } from '../../../lib/base/json';
import { ClusterCalls } from '../../../lib/cli/doctor/cluster-calls';
import { collect } from '../../../lib/cli/doctor/collect';
import { UserError } from '../../../lib/cli/user-error';
import { runCli } from '../run-cli';
import { answerOf } from './fake-cluster';
import { fakeTctl } from './fake-tctl';

const OPTIONS = { namespaces: [], pods: [], all: false, objectsOnly: false, asksTeleport: false };
const FORBIDDEN = 'kubectl get failed: Error from server (Forbidden): it is forbidden';
const TOO_SLOW = 'kubectl get took more than 15 s';

/** The healthy example through a kubectl that refuses some calls. */
function record(refuses: (line: string, number: number) => boolean, message = FORBIDDEN) {
  let number = 0;
  const kubectl = async (args: readonly string[]) => {
    number += 1;
    if (refuses(args.join(' '), number)) throw new UserError(message);
    return answerOf(exampleSnapshot(), args);
  };
  return collect(
    new ClusterCalls({ kubectl, tctl: fakeTctl }, {}, 60_000),
    OPTIONS,
    () => new Date('2026-11-01T12:10:00Z'),
  );
}

/** What is not needed while all is well: logs of what is ready, keys that no token is compared with, drivers that have mounted. */
const SPARE = /jwks|csinodes|logs -n \S+ (?:istiod|spiffe-csi)/;

async function everyCall(): Promise<readonly string[]> {
  const asked: string[] = [];
  await record((line) => {
    asked.push(line);
    return false;
  });
  return asked;
}

test('without any one call, the answer is never called healthy', async () => {
  const asked = await everyCall();
  const wrong: string[] = [];
  for (const one of asked.filter((line) => !SPARE.test(line))) {
    if (verdictOf(diagnose(await record((line) => line === one))) === 'healthy') wrong.push(one);
  }

  expect(asked.length).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});

test('with half of the calls forbidden, the answer is never called healthy, and nothing well is called broken', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    let state = seed;
    const snapshot = await record(() => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state > 2 ** 31;
    });
    const diagnosis = diagnose(snapshot);

    expect({ seed, verdict: verdictOf(diagnosis) }).toEqual({ seed, verdict: 'unknown' });
  }
});

test('an API server that stops answering in the middle leaves the answer open, wherever that is', async () => {
  const total = (await everyCall()).length;
  for (let last = 0; last < total; last += 1) {
    const snapshot = await record((_, number) => number > last, TOO_SLOW);
    if (last < total - 3)
      expect({ last, verdict: verdictOf(diagnose(snapshot)) }).toEqual({ last, verdict: 'unknown' });
  }
});

test('a proxy that never answers is not checked, and the others are', async () => {
  const snapshot = await record((line) => / api-1 /.test(line), TOO_SLOW);
  const outcome = diagnose(snapshot).outcomes.find(({ check }) => check.id === 'certificate-path');

  expect(outcome).toMatchObject({
    looked: 1,
    findings: [],
    unseen: [{ what: 'the proxy of shop/api-1', because: 'kubectl get took more than 15 s' }],
  });
});

test('what is forbidden for every proxy is said once', async () => {
  const kubectl = async (args: readonly string[]) => {
    const pod = args.find((arg) => /^(?:web|api)-1$/.test(arg));
    if (args[0] === 'exec')
      throw new UserError(`kubectl exec failed: Error from server (Forbidden): pods "${pod}" is forbidden`);
    return answerOf(exampleSnapshot(), args);
  };
  const snapshot = await collect(new ClusterCalls({ kubectl, tctl: fakeTctl }, {}, 60_000), OPTIONS, () => new Date());
  const outcome = diagnose(snapshot).outcomes.find(({ check }) => check.id === 'certificate-path');

  expect(outcome?.unseen).toEqual([{ what: '2 proxies, such as shop/api-1', because: 'pods "…" is forbidden' }]);
});

test('each call has a limit of its own, and none goes beyond that of all together', async () => {
  const limits: (readonly [string, number | undefined])[] = [];
  const kubectl = async (args: readonly string[], _: string, timeout?: number) => {
    limits.push([args[0] === 'get' && !args.join().includes('--raw') ? 'list' : 'short', timeout]);
    return answerOf(exampleSnapshot(), args);
  };
  await collect(new ClusterCalls({ kubectl, tctl: fakeTctl }, {}, 3_600_000), OPTIONS, () => new Date());
  const [own] = [limits.splice(0)];
  await collect(new ClusterCalls({ kubectl, tctl: fakeTctl }, {}, 5_000), OPTIONS, () => new Date());

  expect(new Set(own?.map(([kind, limit]) => `${kind} ${limit}`))).toEqual(new Set(['short 15000', 'list 60000']));
  expect(limits.every(([, limit]) => limit !== undefined && limit > 0 && limit <= 5_000)).toBe(true);
});

test('a configuration in a ConfigMap that cannot be read is not passed over', () => {
  const configmaps = (exampleSnapshot().objects.get('configmaps') ?? []).map((map) =>
    textAt(map, 'metadata', 'name') === 'istio-sidecar-injector' ? { ...map, data: { config: 'templates: [{' } } : map,
  );

  expect(verdictOf(diagnose(exampleSnapshot({ objects: { configmaps } })))).toBe('unknown');
});

test('--watch paints again and again, until it is interrupted', async () => {
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'],
    now: new Date('2026-11-01T12:10:00Z'),
  });
  let cleared = 0;
  let rounds = 0;
  const kubectl = async (args: readonly string[]) => {
    if (args[1] === '--raw=/version') rounds += 1;
    if (rounds > 3) throw new Error('interrupted');
    return answerOf(exampleSnapshot(), args);
  };
  const clear = () => {
    cleared += 1;
    if (cleared === 3) throw new UserError('interrupted');
  };
  const running = runCli(['doctor', '--watch', '--tctl', 'never'], { kubectl, clear });
  for (let turn = 0; turn < 2_000 && cleared < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(500);
  }
  const { stdout } = await running;
  jest.useRealTimers();

  expect(cleared).toBe(3);
  expect(stdout.match(/no problems found/g)).toHaveLength(2);
});

test('--wait ends with what is still wrong when its time is over', async () => {
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'],
    now: new Date('2026-11-01T12:10:00Z'),
  });
  let isOver = false;
  const broken = exampleSnapshot({ objects: { pods: [] } });
  const running = runCli(['doctor', '--wait', '30s', '--tctl', 'never'], {
    kubectl: async (args) => answerOf(broken, args),
  });
  const ended = running.then((outcome) => {
    isOver = true;
    return outcome;
  });
  for (let turn = 0; turn < 2_000 && !isOver; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await jest.advanceTimersByTimeAsync(500);
  }
  const { exitCode, stdout, stderr } = await ended;
  jest.useRealTimers();

  expect(exitCode).toBe(1);
  expect(stderr.match(/checking again/g)?.length).toBeGreaterThanOrEqual(2);
  expect(stdout.match(/× istiod: no pod runs istiod/g)).toHaveLength(1);
});
