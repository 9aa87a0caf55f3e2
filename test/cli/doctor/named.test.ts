import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { runCli } from '../run-cli';
import { answerOf } from './fake-cluster';

const kubectl = async (args: readonly string[]) => answerOf(exampleSnapshot(), args);
const doctor = (...args: readonly string[]) => runCli(['doctor', '--tctl', 'never', ...args], { cwd: '/', kubectl });

test('a namespace that is not there is not called well', async () => {
  const { exitCode, stdout, stderr } = await doctor('--namespace', 'shop', '--namespace', 'shpo');

  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toBe('error: the cluster has no namespace "shpo"\n');
});

test.each([
  ['shop/gone', 'the pod does not exist'],
  ['teleport-system/tbot-1', 'it has no proxy'],
])('a pod that is named and cannot be asked is not passed over: %s', async (pod, because) => {
  const { stdout } = await doctor('--pods', 'shop/web-1', '--pods', pod, '-o', 'json');
  const { checks } = JSON.parse(stdout) as { checks: readonly { check: string; looked: number; unseen: object[] }[] };

  expect(checks.find(({ check }) => check === 'certificate-path')).toMatchObject({
    looked: 1,
    unseen: [{ what: `the proxy of ${pod}`, because }],
  });
});
