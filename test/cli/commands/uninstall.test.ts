import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { REFERENCE } from '../../golden/written-files';
import { runCli } from '../run-cli';

test('the commands are printed as a script that a shell understands', async () => {
  const { exitCode, stdout, stderr } = await runCli(['uninstall', join(REFERENCE, 'dist')]);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^# Nothing has been deleted yet/);
  expect(() => execFileSync('sh', ['-n'], { input: stdout })).not.toThrow();
});

test('manifests with nothing to remove are not an empty script', async () => {
  const { exitCode, stdout, stderr } = await runCli(['uninstall', '-'], {
    stdin: 'version: v2\nonboarding: {join_method: token}\nproxy_server: a:1\nservices: []\n',
  });

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('describe nothing to remove');
});
