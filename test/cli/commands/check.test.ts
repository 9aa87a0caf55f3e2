import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPORT_FORMATS } from '../../../lib/check';
import { runCli } from '../run-cli';

/** Names a principal with a scheme, so that the rule never matches. */
const ERROR = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: api, namespace: shop }
spec: { rules: [{ from: [{ source: { principals: ['spiffe://acme.teleport.sh/ns/shop/sa/web'] } }] }] }
`;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (path: string, text: string) => {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  writeFileSync(join(cwd, path), text);
};
const brokenLink = (path: string, target: string) => {
  mkdirSync(join(cwd, path, '..'), { recursive: true });
  symlinkSync(target, join(cwd, path));
};
const check = (...args: readonly string[]) =>
  runCli(['check', ...args], { cwd, ...(args[0] === '-' && { stdin: 'kind: Namespace' }) });

test('manifests without mistakes end with 0, and dist/ is what is checked unless files are named', async () => {
  write('dist/namespace.yaml', '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }');
  const { exitCode, stdout, stderr } = await check();

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^no findings in 1 file\n$/);
});

test('a mistake is named with file and line, and ends with 1', async () => {
  write('policy.yaml', ERROR);
  const { exitCode, stdout } = await check('policy.yaml');

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^policy\.yaml\n {2}5:\d+ {2}error {2}principal-has-scheme/m);
});

test('rules can be chosen and left out, and warnings count only when asked', async () => {
  write('policy.yaml', ERROR);
  write('empty.yaml', '');

  expect((await check('policy.yaml', '--skip', 'principal-has-scheme')).exitCode).toBe(0);
  expect((await check('policy.yaml', '--rule', 'file-empty')).exitCode).toBe(0);
  write('namespace.yaml', '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }');
  expect((await check('namespace.yaml', 'empty.yaml')).exitCode).toBe(0);
  expect((await check('namespace.yaml', 'empty.yaml', '--fail-on', 'warning')).exitCode).toBe(1);
});

describe('what holds no manifest is not called clean', () => {
  const NOTHING = ['# a chart that rendered nothing\n', '---\n# a\n---\n', '\ufeff# a\n'];

  test.each(NOTHING)('%j, in a file and at standard input', async (text) => {
    write('a.yaml', text);
    const file = await check('a.yaml', '--skip', 'nothing-to-check');
    const input = await runCli(['check', '-', '-o', 'json'], { cwd, stdin: text });

    expect([file.exitCode, input.exitCode]).toEqual([2, 2]);
    expect(file.stdout).toContain('nothing was checked: the named files contain no document');
    expect(input.stdout).toContain('"rule": "nothing-to-check"');
  });

  test.each(['{}\n', 'null\n', '[]\n', 'a: b\n'])('%j, which may be of another program', async (text) => {
    write('a.yaml', text);

    expect(await check('a.yaml')).toEqual({
      exitCode: 0,
      stdout: 'nothing was checked: no manifest in 1 file\n',
      stderr: '',
    });
    expect((await check('a.yaml', '-o', 'sarif')).stderr).toContain('nothing was checked');
  });

  test.each(['access', 'graph', 'versions', 'uninstall'])('%s has no answer', async (command) => {
    write('a.yaml', NOTHING[0] as string);
    const { exitCode, stdout, stderr } = await runCli([command, 'a.yaml'], { cwd });

    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error: the input contains no manifest, so there is no answer\n');
  });

  test('nor is a directory of which all is left out', async () => {
    write('a/a.yaml', ERROR);
    const { exitCode, stdout } = await check('a', '--exclude', '*.yaml');

    expect(exitCode).toBe(2);
    expect(stdout).toContain('contains no .yaml, .yml or .json file');
  });

  test('nor is a file that is left out', async () => {
    write('a.yaml', ERROR);
    const { exitCode, stdout } = await check('a.yaml', '--exclude', '*.yaml');

    expect(exitCode).toBe(2);
    expect(stdout).toContain('nothing was checked');
  });
});

test('--target decides what is a mistake', async () => {
  write('policy.yaml', ERROR.replace(/principals: .*?\]/, "trustDomains: ['acme.teleport.sh']"));

  expect((await check('policy.yaml', '--target', 'istio=1.29')).exitCode).toBe(1);
  expect((await check('policy.yaml', '--target', 'istio=1.30.2')).exitCode).toBe(0);
});

test('a release that is not known yet is taken, with a word about it', async () => {
  write('policy.yaml', ERROR);
  const { exitCode, stderr } = await check('policy.yaml', '--target', 'istio=9.9');

  expect(exitCode).toBe(1);
  expect(stderr).toContain('Istio 9.9.0 is newer than this version supports');
  expect((await check('policy.yaml', '--target', 'istio=1.30')).stderr).toBe('');
});

test.each(REPORT_FORMATS)('findings are printed as %s, with nothing else on standard output', async (format) => {
  write('policy.yaml', ERROR);
  const { exitCode, stdout, stderr } = await check('policy.yaml', '--output', format);

  expect(exitCode).toBe(1);
  expect(stdout).toContain('principal-has-scheme');
  expect(stderr).toBe(format === 'text' ? '' : '1 error, 0 warnings in 1 file\n');
  if (format === 'json' || format === 'sarif') expect(() => JSON.parse(stdout)).not.toThrow();
});

test('a document that cannot be read ends with 2, and the other files are still checked', async () => {
  write('a.yaml', 'kind: [\n');
  write('b.yaml', ERROR);
  const { exitCode, stdout } = await check('.');

  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^a\.yaml\n {2}1:7 {2}error {2}yaml-syntax/m);
  expect(stdout).toContain('principal-has-scheme');
});

test.each([
  ['a file that is not there', () => undefined, 'no file or directory "bad"'],
  ['a directory without manifests', () => mkdirSync(join(cwd, 'bad')), 'contains no .yaml, .yml or .json file'],
  ['a link to nothing', () => symlinkSync('nowhere', join(cwd, 'bad')), 'no file or directory "bad"'],
  ['a directory with a link to nothing', () => brokenLink('bad/x.yaml', 'nowhere'), 'it cannot be read: ENOENT'],
  ['a directory with a link to itself', () => brokenLink('bad/x.yaml', 'x.yaml'), 'it cannot be read: ELOOP'],
])('%s is a finding, ends with 2, and everything else is checked', async (_, prepare, problem) => {
  prepare();
  write('policy.yaml', ERROR);
  const { exitCode, stdout, stderr } = await check('policy.yaml', 'bad', '-o', 'json');

  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '2 errors, 0 warnings in 2 files\n' });
  const { findings } = JSON.parse(stdout);
  expect(findings).toMatchObject([
    { rule: 'file-unreadable', found: expect.stringContaining(problem) },
    { rule: 'principal-has-scheme' },
  ]);
  expect((await check('policy.yaml', 'bad', '-o', 'sarif')).stdout).toContain('principal-has-scheme');
});

test.each([
  [['--rule', 'principal-has-scheme']],
  [['--skip', 'yaml-syntax']],
  [['--skip', 'yaml-syntax', '--fail-on', 'error', '-o', 'junit']],
])('a document that cannot be read is told of and ends with 2, with %j too', async (flags) => {
  write('bad.yaml', 'a: b: c\n');
  const { exitCode, stdout } = await check('bad.yaml', ...flags);

  expect(exitCode).toBe(2);
  expect(stdout).toContain('not YAML');
});

test('links to directories are passed by and named if they hold YAML, links to files are read', async () => {
  write('elsewhere/policy', ERROR);
  write('other/policy.yaml', ERROR);
  mkdirSync(join(cwd, 'in/below'), { recursive: true });
  symlinkSync('../elsewhere', join(cwd, 'in/folder.yaml'));
  symlinkSync('../elsewhere/policy', join(cwd, 'in/file.yaml'));
  symlinkSync('../other', join(cwd, 'in/more'));
  symlinkSync('..', join(cwd, 'in/below/round'));
  const { stdout, stderr } = await check('in');

  expect(stdout).toMatch(/^in\/file\.yaml\n(.*\n)*1 error, 0 warnings in 1 file\n$/);
  expect(stderr).toBe('skipped directories that contain YAML files: in/more\n');
});

test('a pipe or a device in a directory is not opened, and nothing is called clean', async () => {
  write('in/namespace.yaml', '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }');
  execFileSync('mkfifo', [join(cwd, 'in/pipe.yaml')]);
  symlinkSync('/dev/zero', join(cwd, 'in/zero.yaml'));
  const { exitCode, stdout } = await check('in', '-o', 'json');
  const { findings } = JSON.parse(stdout) as { findings: readonly { rule: string; found: string; location: object }[] };

  expect(exitCode).toBe(2);
  expect(findings.map(({ rule, found, location }) => [rule, found, location])).toEqual(
    ['in/pipe.yaml', 'in/zero.yaml'].map((file) => [
      'file-unreadable',
      'it is a pipe, a socket or a device, not a file',
      { file, line: 1, column: 1 },
    ]),
  );
  expect((await runCli(['access', 'in'], { cwd })).exitCode).toBe(2);
});

test('a pipe that is named is read', async () => {
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  write('policy.yaml', ERROR);
  const writer = spawn('sh', ['-c', 'cat policy.yaml > pipe'], { cwd });

  expect((await check('pipe')).stdout).toContain('principal-has-scheme');
  writer.kill();
});

test('a pipe that is named and brings nothing is an error, as standard input is', async () => {
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  const writer = spawn('sh', ['-c', 'false > pipe'], { cwd });
  const { exitCode, stderr } = await check('pipe');

  expect(exitCode).toBe(2);
  expect(stderr).toContain('pipe is empty: the program before the pipe may have failed');
  writer.kill();
});

test('a file named twice, or once more with its directory, is read once', async () => {
  write('in/policy.yaml', ERROR);

  expect((await check('in/policy.yaml', './in/policy.yaml', join(cwd, 'in'))).stdout).toContain('in 1 file\n');
});

test('a byte that is not UTF-8 is a finding with its line', async () => {
  writeFileSync(
    join(cwd, 'latin.yaml'),
    Buffer.concat([Buffer.from('# \uFFFD\n'), Buffer.from('# caf\u00e9', 'latin1')]),
  );
  const { exitCode, stdout } = await check('latin.yaml');

  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^latin\.yaml\n {2}2:1 {2}error {2}file-not-text/);
});

test('the mark of a character that was lost before is a character like others', async () => {
  write('namespace.yaml', '# \uFFFD\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n');

  expect((await check('namespace.yaml')).stdout).toBe('no findings in 1 file\n');
});

test('directories are read with all directories below, but not alternatives, hidden directories and other files', async () => {
  write('all/deep/er/policy.yml', ERROR);
  write('all/list.json', '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}');
  write('all/variants/policy.yaml', ERROR);
  write('all/.git/policy.yaml', ERROR);
  write('all/node_modules/policy.yaml', ERROR);
  write('all/notes.txt', ERROR);
  symlinkSync(join(cwd, 'all'), join(cwd, 'all/round'));

  expect((await check('all/')).stdout).toMatch(
    /^all\/deep\/er\/policy\.yml\n(.*\n)*1 error, 0 warnings in 1 of 2 files\n$/,
  );
  expect((await check('all/variants')).stdout).toContain('all/variants/policy.yaml');
});

test.each([
  [[], 'no file or directory "dist": synthesize first'],
  [['-', '--rule', 'principal-has-schem'], 'write "principal-has-scheme"'],
  [['-', '--rule', '1'], 'explain --list'],
  [['-', '--rule', 'principal-has-scheme', '--skip', 'principal-prefix'], 'no rule is left to apply'],
  [['-', '--target', 'istio=1.28,istio=1.29'], 'It names istio twice'],
  [['-', '--fail-on', 'never'], 'Allowed choices are error, warning'],
])('%j cannot be used: a message, exit code 2, no stack trace', async (args, problem) => {
  const { exitCode, stdout, stderr } = await check(...args);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(problem);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('large inputs are announced, small ones are not', async () => {
  const announced: string[] = [];
  const announce = (what: string) => announced.push(what);
  write('small.yaml', ERROR);
  write('large.yaml', `${'# text to make it large\n'.repeat(200_000)}${ERROR}`);
  await runCli(['check', 'small.yaml'], { cwd, announce });
  expect(announced).toEqual([]);
  await runCli(['check', 'large.yaml', 'small.yaml'], { cwd, announce });
  expect(announced).toEqual(['reading 2 files, 5 MB']);
  await runCli(['check', 'large.yaml'], { cwd, announce });
  expect(announced.at(-1)).toBe('reading 1 file, 5 MB');
});
