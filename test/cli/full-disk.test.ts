import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveSnapshot } from '../../lib/cli/doctor/save-snapshot';

const MAIN = join(__dirname, '../../lib/cli/main.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a command in a shell that lets no file become larger than nothing, as a full disk does. */
function withoutSpace(...args: readonly string[]) {
  const command = `ulimit -f 0; exec "$0" "$@"`;
  return spawnSync('bash', ['-c', command, process.execPath, MAIN, ...args], { cwd: folder, encoding: 'utf8' });
}

test('a table that does not fit is not left as an empty one', () => {
  writeFileSync(
    join(folder, 'a.yaml'),
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n',
  );
  const { status, stderr } = withoutSpace('test', 'table.yaml', 'a.yaml', '--init');

  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: (?:EFBIG|ENOSPC)/m);
  expect(existsSync(join(folder, 'table.yaml'))).toBe(false);
});

test('half a project is not left', () => {
  const { status } = withoutSpace('init', 'project', '--yes');

  expect(status).toBe(2);
  expect(existsSync(join(folder, 'project/package.json'))).toBe(false);
});

test('half a snapshot does not replace a whole one', () => {
  const directory = join(folder, 'snapshot');
  const old = [
    { path: 'snapshot.yaml', text: 'old' },
    { path: 'objects/pods.yaml', text: 'old' },
  ];
  saveSnapshot(directory, old);
  // A file in place of a directory is what cannot be written.
  const broken = [...old.map((file) => ({ ...file, text: 'new' })), { path: 'objects/pods.yaml/a', text: '' }];

  expect(() => saveSnapshot(directory, broken)).toThrow();
  expect(old.map(({ path }) => readFileSync(join(directory, path), 'utf8'))).toEqual(['old', 'old']);
  saveSnapshot(directory, [{ path: 'snapshot.yaml', text: 'next' }]);
  expect(existsSync(join(directory, 'objects'))).toBe(false);
});

test('a directory with something else is left as it is', () => {
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/a'), '');

  expect(() => saveSnapshot(join(folder, 'mine'), [])).toThrow('contains something other than a snapshot');
});
