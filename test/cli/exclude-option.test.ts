import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isExcluded } from '../../lib/cli/exclude-option';
import { deployment, namespace, service } from '../analysis/access/objects';
import { runCli } from './run-cli';

describe('isExcluded', () => {
  test.each([
    ['charts', 'deploy/charts', true],
    ['charts/', 'charts', true],
    ['charts', 'deploy/mycharts', false],
    ['*.json', 'a/b/package.json', true],
    ['*.json', 'a/b/package.jsonc', false],
    ['a/*.yaml', 'a/x.yaml', true],
    ['a/*.yaml', 'a/b/x.yaml', false],
    ['a/**/x.yaml', 'a/b/c/x.yaml', true],
    ['a/**/x.yaml', 'a/x.yaml', true],
    ['**/test/*.yaml', 'test/x.yaml', true],
    ['./a/b', 'a/b', true],
    ['a\\b', 'a/b', true],
    ['x?.yaml', 'xy.yaml', true],
    ['x+y.yaml', 'xxy.yaml', false],
  ])('%s and %s: %s', (glob, path, expected) => {
    expect(isExcluded([glob], path)).toBe(expected);
  });
});

describe('--exclude', () => {
  let cwd = '';
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  };
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'exclude-'));
    const mesh = [namespace('shop'), deployment('client'), deployment('server'), service('server', [{ port: 80 }])];
    write('k8s/mesh.yaml', mesh.map((object) => JSON.stringify(object)).join('\n---\n'));
    write('k8s/other/broken.yaml', 'kind: Deployment\n  x: [');
    write('expected.yaml', 'allow: []\n');
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  const commands: readonly (readonly string[])[] = [
    ['check', 'k8s', '--rule', 'yaml-syntax'],
    ['can', 'client', 'server', 'k8s'],
    ['access', 'k8s'],
    ['access', 'k8s', '--against', 'k8s'],
    ['graph', 'k8s'],
    ['test', 'expected.yaml', 'k8s'],
    ['versions', 'k8s'],
    ['diff', 'k8s', 'k8s'],
    ['uninstall', 'k8s'],
  ];

  test.each(commands)('%s %s %s %s: what cannot be read ends it, unless it is left out', async (...args) => {
    const stopped = await runCli(args, { cwd });
    expect(stopped.exitCode).toBe(2);
    for (const glob of ['other', 'broken.*', 'k8s/other', 'other/broken.yaml']) {
      const { exitCode, stderr } = await runCli([...args, '--exclude', glob], { cwd });
      expect({ glob, exitCode, stderr }).toEqual({ glob, exitCode: 0, stderr: '' });
    }
    expect((await runCli([...args, '--exclude', 'elsewhere'], { cwd })).exitCode).toBe(2);
  });

  test('the error names the way out', async () => {
    expect((await runCli(['access', 'k8s'], { cwd })).stderr).toContain('--exclude');
  });
});
