import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../golden/written-files';
import { runCli } from './run-cli';

const MAIN = join(ROOT, 'build/lib/cli/main.js');
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sizes-'));
});
afterEach(() => execFileSync('rm', ['-rf', folder]));

test('a file of 3 GB is too large, and is not read', async () => {
  const file = openSync(join(folder, 'large.yaml'), 'w');
  ftruncateSync(file, 3_000_000_000);
  closeSync(file);
  const { exitCode, stdout } = await runCli(['check', 'large.yaml'], { cwd: folder });

  expect(exitCode).toBe(2);
  expect(stdout).toContain('the file has more than 256 MB');
});

test('a device without an end is too large', () => {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, 'check', '/dev/zero'], { encoding: 'utf8' });

  expect(status).toBe(2);
  expect(stdout).toContain('the file has more than 256 MB');
});

test('standard input without an end is too large', () => {
  const { status, stdout } = spawnSync('sh', ['-c', `yes 'a: b' | ${process.execPath} ${MAIN} check -`], {
    encoding: 'utf8',
  });

  expect(status).toBe(2);
  expect(stdout).toContain('the file has more than 256 MB');
});

test.each(['', '\n \n'])(
  'empty standard input (%j) is an error, as the program before the pipe may have failed',
  async (stdin) => {
    const { exitCode, stderr } = await runCli(['check', '-'], { stdin });

    expect(exitCode).toBe(2);
    expect(stderr).toContain('standard input is empty');
  },
);

test('a directory deeper than the stack is walked as far as the system lets paths grow', async () => {
  const descend = "for (let i = 0; i < 2500; i++) { fs.mkdirSync('d'); process.chdir('d'); }";
  execFileSync(process.execPath, ['-e', descend], { cwd: folder });
  writeFileSync(join(folder, 'a.yaml'), NAMESPACE);
  const { exitCode, stdout, stderr } = await runCli(['check', '.'], { cwd: folder });

  // No file hides behind a path that is too long without a word.
  expect(`${stdout}${stderr}`).toMatch(/ENAMETOOLONG|it cannot be read/);
  expect(exitCode).toBe(2);
});

test('directories that are passed over are named if YAML files are in them', async () => {
  for (const name of ['.hidden/deep', 'node_modules/a', '.empty', 'shop'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['.hidden/deep', 'node_modules/a', 'shop']) writeFileSync(join(folder, name, 'a.yaml'), NAMESPACE);
  const { exitCode, stderr } = await runCli(['check', '.'], { cwd: folder });

  expect(exitCode).toBe(0);
  expect(stderr).toContain('skipped directories that contain YAML files: .hidden, node_modules\n');
});

test('output that cannot be written is not taken for findings', () => {
  const script = `${process.execPath} ${MAIN} explain --list > /dev/full`;
  const { status, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });

  expect(status).toBe(2);
  expect(stderr).toContain('the output cannot be written');
});
