import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { UserError } from '../../../lib/cli/user-error';
import { runCli } from '../run-cli';
import { answerOf } from './fake-cluster';

const PAUSE = 10_000;

beforeEach(() => {
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'],
    now: new Date('2026-11-01T12:10:00Z'),
  });
});
afterEach(() => jest.useRealTimers());

const healthy = exampleSnapshot();

/** What kubectl says in each of the looks, the last of them from then on. */
function looks(...answers: readonly ((args: readonly string[]) => string)[]) {
  let look = -1;
  return async (args: readonly string[]) => {
    if (args.includes('--raw=/version')) look += 1;
    const answer = answers[Math.min(look, answers.length - 1)];
    return (answer as (args: readonly string[]) => string)(args);
  };
}
const well = (args: readonly string[]) => answerOf(healthy, args);
const ill = (args: readonly string[]) =>
  args[0] === 'exec' ? refuse('the proxy does not answer') : answerOf(healthy, args);
const gone = () => refuse('the server is not there');

function refuse(problem: string): never {
  throw new UserError(`kubectl get failed: ${problem}`);
}

/** Runs doctor while time passes, and says when it ended. */
async function run(kubectl: (args: readonly string[]) => Promise<string>, ...args: readonly string[]) {
  const begin = Date.now();
  let screens = 0;
  const ended = runCli(['doctor', '--tctl', 'never', ...args], {
    cwd: '/',
    kubectl,
    clear: () => {
      screens += 1;
    },
  });
  let outcome: Awaited<typeof ended> | undefined;
  void ended.then((found) => {
    outcome = found;
  });
  for (let step = 0; step < 8 && outcome === undefined; step += 1) await jest.advanceTimersByTimeAsync(PAUSE / 2);
  return { outcome, screens, seconds: (Date.now() - begin) / 1000 };
}

test('--wait ends as soon as all is well, and says meanwhile what is not', async () => {
  const { outcome } = await run(looks(ill, well), '--wait', '5m');

  expect(outcome?.exitCode).toBe(0);
  expect(outcome?.stderr).toMatch(/^.*not or only partly checked.*; checking again$/m);
  expect(outcome?.stdout.match(/no problems found/g)).toHaveLength(1);
});

test('--wait ends when the time is over, with what is wrong', async () => {
  const { outcome } = await run(looks(ill), '--wait', '15s');

  expect(outcome?.exitCode).toBe(2);
  expect(outcome?.stdout).toContain('not checked');
});

test('an API server that is away for a moment does not end the wait', async () => {
  const { outcome } = await run(looks(ill, gone, well), '--wait', '5m');

  expect(outcome?.stderr).toContain('the cluster cannot be queried: the server is not there; checking again');
  expect(outcome?.exitCode).toBe(0);
});

test('one that cannot be asked at all ends at once', async () => {
  const { outcome, seconds } = await run(looks(gone), '--wait', '5m');

  expect(outcome?.exitCode).toBe(2);
  expect(outcome?.stderr).toContain('error: the cluster cannot be queried');
  expect(seconds).toBeLessThanOrEqual(PAUSE / 1000);
});

test('--watch paints every look anew, also after one that failed', async () => {
  const { outcome, screens } = await run(looks(well, gone, ill, well), '--watch');

  expect(outcome).toBeUndefined();
  expect(screens).toBeGreaterThanOrEqual(3);
});
