import { listRules } from '../../../lib/check';
import { runCli } from '../run-cli';

test('a rule is explained with why, fix and examples', async () => {
  const { exitCode, stdout } = await runCli(['explain', 'principal-has-scheme']);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^principal-has-scheme \(error\)\n.*Fix: .*Wrong:.*Right:/s);
});

test('what only a finding knows is named', async () => {
  const { stdout } = await runCli(['explain', 'ca-addr-overridden']);

  expect(stdout).toContain('Fix: remove <variable>.');
});

test('--list has every rule on a line of its own', async () => {
  const { exitCode, stdout } = await runCli(['explain', '--list']);
  const ids = stdout.split('\n').map((line) => line.split(' ')[0]);

  expect(exitCode).toBe(0);
  expect(ids).toEqual([...listRules().map(({ id }) => id), '']);
});

test.each([
  [['explain', 'principal-has-schema'], 'write "principal-has-scheme"'],
  [['explain'], '--list'],
  [['explain', 'principal-has-scheme', '--list'], 'pass the id of a rule'],
])('%j is refused', async (args, problem) => {
  const { exitCode, stderr } = await runCli(args);

  expect(exitCode).toBe(2);
  expect(stderr).toContain(problem);
});
