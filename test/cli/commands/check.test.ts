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
const check = (...args: readonly string[]) => runCli(['check', ...args], { cwd });

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
  expect((await check('empty.yaml')).exitCode).toBe(0);
  expect((await check('empty.yaml', '--fail-on', 'warning')).exitCode).toBe(1);
});

test('--target decides what is a mistake', async () => {
  write('policy.yaml', ERROR.replace(/principals: .*?\]/, "trustDomains: ['acme.teleport.sh']"));

  expect((await check('policy.yaml', '--target', 'istio=1.29')).exitCode).toBe(1);
  expect((await check('policy.yaml', '--target', 'istio=1.30')).exitCode).toBe(0);
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
  expect(stdout).toMatch(/^a\.yaml\n {2}2:1 {2}error {2}yaml-syntax/m);
  expect(stdout).toContain('principal-has-scheme');
});

test('folders are read with all folders below, but not alternatives, hidden folders and other files', async () => {
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
  [['missing'], 'there is no file or folder "missing"'],
  [[], 'there is no file or folder "dist": synthesize first'],
  [['.'], 'no .yaml, .yml or .json file is in the folder "."'],
  [['-', '--rule', 'principal-has-schem'], 'write "principal-has-scheme"'],
  [['-', '--rule', '1'], 'explain --list'],
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
  write('large.yaml', `${'# text to make it large\n'.repeat(100_000)}${ERROR}`);
  await runCli(['check', 'small.yaml'], { cwd, announce });
  expect(announced).toEqual([]);
  await runCli(['check', 'large.yaml', 'small.yaml'], { cwd, announce });
  expect(announced).toEqual(['reading 2 files, 2 MB']);
});
