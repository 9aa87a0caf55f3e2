import { diagnose, verdictOf } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_TBOT_CONFIG, exampleConfigMaps } from '../../../lib/analysis/doctor/examples/example-config-maps';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';
import { ClusterCalls } from '../../../lib/cli/doctor/cluster-calls';
import { collect } from '../../../lib/cli/doctor/collect';
import { UserError } from '../../../lib/cli/user-error';
import { runCli } from '../run-cli';
import { answerOf } from './fake-cluster';
import { fakeTctl, STATUS } from './fake-tctl';

const OPTIONS = { namespaces: [], pods: [], all: false, objectsOnly: false, asksTeleport: true };
type Tctl = (args: readonly string[]) => Promise<string>;

/** Records the example with a tctl that may answer otherwise, under another configuration of tbot where one is given. */
function record(tctl: Tctl = fakeTctl, config = EXAMPLE_TBOT_CONFIG) {
  const cluster = exampleSnapshot({ objects: { configmaps: exampleConfigMaps(config) } });
  const calls = new ClusterCalls({ kubectl: async (args) => answerOf(cluster, args), tctl }, {}, 60_000);
  return collect(calls, OPTIONS, () => new Date('2026-11-01T12:10:00Z'));
}

const findings = (snapshot: Awaited<ReturnType<typeof record>>) =>
  diagnose(snapshot).outcomes.flatMap((outcome) => outcome.findings.map(({ found }) => found));

test('what tbot’s configuration names is asked of Teleport, and all is ticks', async () => {
  const asked: string[] = [];
  const snapshot = await record((args) => {
    asked.push(args.join(' '));
    return fakeTctl(args);
  });

  expect(asked.sort()).toEqual([
    'get bot/istio-tbot --format=json',
    'get bot_instance --format=json',
    'get role/istio-workload-identity-issuer --format=json',
    'get token/istio-tbot-k8s-join --format=json',
    'get workload_identity/istio-workloads --format=json',
    'status',
  ]);
  expect(snapshot.gaps).toEqual([]);
  expect(findings(snapshot)).toEqual([]);
  expect(verdictOf(diagnose(snapshot, { needsTeleport: true }))).toBe('healthy');
});

test('of an instance its host and its last sign of life are kept, and of other bots nothing', async () => {
  const { teleport = [] } = await record();

  expect(teleport.filter(({ kind }) => kind === 'bot_instance')).toEqual([
    expect.objectContaining({
      status: { last_seen: '2026-11-01T12:01:00.000Z', hostname: 'tbot-1', version: '18.9.0' },
    }),
  ]);
  expect(JSON.stringify(teleport)).not.toContain('cGxhbnRlZA');
});

test.each([
  ['is not there', () => Promise.reject(new UserError('tctl cannot be run: spawn tctl ENOENT')), /ENOENT/],
  [
    'has no login',
    () => Promise.reject(new UserError('tctl status failed: ERROR: your credentials have expired')),
    /expired/,
  ],
  [
    'knows another Teleport cluster',
    async () => STATUS.replace('example.', 'other.'),
    /is connected to the Teleport cluster other/,
  ],
  ['says something else', async () => 'hello', /does not name a cluster/],
])('a tctl that %s makes Teleport not checked, and nothing of it is called missing', async (_, tctl, because) => {
  const snapshot = await record(tctl as Tctl);

  expect(snapshot.teleport).toBeUndefined();
  expect(snapshot.gaps).toEqual([{ subject: 'teleport', because: expect.stringMatching(because) }]);
  expect(findings(snapshot)).toEqual([]);
  expect(verdictOf(diagnose(snapshot))).toBe('healthy');
  expect(verdictOf(diagnose(snapshot, { needsTeleport: true }))).toBe('unknown');
});

test.each([
  ['token/istio-tbot-k8s-join', 'Teleport has no token istio-tbot-k8s-join, which tbot names'],
  ['bot/istio-tbot', 'Teleport has no bot istio-tbot, which token istio-tbot-k8s-join names'],
  ['workload_identity/istio-workloads', 'Teleport has no workload_identity istio-workloads, which tbot names'],
])('%s that Teleport does not have is found', async (what, found) => {
  const snapshot = await record((args) =>
    args[1] === what ? Promise.reject(new UserError(`tctl get failed: ERROR: ${what} is not found`)) : fakeTctl(args),
  );

  expect(findings(snapshot)).toContain(found);
});

test.each(['token/istio-tbot-k8s-join', 'bot/istio-tbot', 'workload_identity/istio-workloads', 'bot_instance'])(
  '%s that may not be read is not called missing',
  async (what) => {
    const snapshot = await record((args) =>
      args[1] === what ? Promise.reject(new UserError('tctl get failed: ERROR: access denied')) : fakeTctl(args),
    );
    const { outcomes } = diagnose(snapshot);

    expect(findings(snapshot).filter((found) => /Teleport/.test(found))).toEqual([]);
    expect(outcomes.flatMap(({ unseen }) => unseen.map(({ because }) => because))).toContain('access denied');
  },
);

test('an answer that is not JSON is not looked at', async () => {
  const snapshot = await record((args) => (args[1] === 'bot_instance' ? Promise.resolve('<html>') : fakeTctl(args)));

  expect(snapshot.gaps).toEqual([{ subject: 'teleport/bot_instance', because: 'the answer is not JSON' }]);
});

test('a token whose name is its secret is not asked for, shown or saved', async () => {
  const asked: string[] = [];
  const config = EXAMPLE_TBOT_CONFIG.replace(
    'join_method: kubernetes, token: istio-tbot-k8s-join',
    'join_method: token, token: planted',
  );
  const snapshot = await record((args) => {
    asked.push(args.join(' '));
    return fakeTctl(args);
  }, config);

  expect(asked.join()).not.toContain('planted');
  expect(snapshot.gaps).toContainEqual({
    subject: 'teleport/token',
    because: 'the name of its join token is a secret',
  });
  expect(
    snapshotToFiles(snapshot)
      .map(({ text }) => text)
      .join(),
  ).not.toContain('planted');
});

test('a name that could be a flag or another kind is not passed on', async () => {
  const asked: string[] = [];
  await record(
    (args) => {
      asked.push(args.join(' '));
      return fakeTctl(args);
    },
    EXAMPLE_TBOT_CONFIG.replace('istio-tbot-k8s-join', '"--insecure"').replace(
      '{name: istio-workloads}',
      '{name: "a,user/root"}',
    ),
  );

  expect(asked.filter((line) => /insecure|root/.test(line))).toEqual([]);
});

test('keys in Teleport’s token that are not the cluster’s are found', async () => {
  const snapshot = await record(async (args) => (await fakeTctl(args)).replaceAll('\\"one\\"', '\\"old\\"'));

  expect(findings(snapshot)).toContain(
    'token istio-tbot-k8s-join: it lacks every key that the cluster signs with (one)',
  );
});

test.each([
  [
    'auto',
    0,
    /^– not checked because of teleport: tctl cannot be run.*\n {4}teleport: teleport-has-resources, bot-instances-live$/m,
  ],
  [
    'always',
    2,
    /^– not checked because of teleport: tctl cannot be run.*\n {4}teleport: teleport-has-resources, bot-instances-live$/m,
  ],
  ['never', 0, /no problems found\n$/],
])('--tctl %s without a tctl ends with %i', async (when, code, text) => {
  const kubectl = async (args: readonly string[]) => answerOf(exampleSnapshot(), args);
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'setTimeout'], now: new Date('2026-11-01T12:10:00Z') });
  const { exitCode, stdout } = await runCli(['doctor', '--tctl', when], { kubectl });
  jest.useRealTimers();

  expect(exitCode).toBe(code);
  expect(stdout).toMatch(text);
});
