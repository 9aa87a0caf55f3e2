import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeExampleManifests } from '../example-project';
import { runCli } from '../run-cli';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'access-'));
  writeExampleManifests(join(cwd, 'dist'), { methods: ['GET'] });
  writeExampleManifests(join(cwd, 'main-dist'), { methods: ['GET', 'POST'] });
});
afterAll(() => rmSync(cwd, { recursive: true }));

const access = (...args: readonly string[]) => runCli(['access', ...args], { cwd });

test.each([
  ['table', /shop\/web +→ shop\/api:80 .*GET \/products\*/],
  ['json', /"from": "shop\/web",\s+"to": "shop\/api"/],
  ['csv', /^"shop\/web","shop\/api","80 \(http\)","conditional"/m],
  ['markdown', /^\| shop\/web \| shop\/api:80/m],
  ['html', /^<!doctype html>/],
])('the matrix is printed as %s', async (format, expected) => {
  const { exitCode, stdout, stderr } = await access('dist/', '--output', format);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(expected);
});

test('a change that takes a method away is shown and ends with 1', async () => {
  const { exitCode, stdout } = await access('dist/', '--against', 'main-dist/');

  expect(exitCode).toBe(1);
  expect(stdout).toBe('NARROWED   shop/web → shop/api:80 (http): - if POST /products*\n');
});

test.each([
  ['access', 'opened.yaml', '--against', 'closed.yaml'],
  ['access', 'opened.yaml'],
  ['access', 'opened.yaml', '--groups', 'possible'],
  ['graph', 'opened.yaml'],
])('policies without workloads are not an empty table, nor a change of nothing: %s %s %s', async (...args) => {
  const policy = (rule: string) =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {rules: [${rule}]}\n`;
  writeFileSync(join(cwd, 'opened.yaml'), policy('{}'));
  writeFileSync(join(cwd, 'closed.yaml'), policy('{from: [{source: {namespaces: [shop]}}]}'));

  const { exitCode, stdout, stderr } = await runCli(args, { cwd });

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('contains no workload, so there is no answer');
});

test('workloads on one side only are compared', async () => {
  const { exitCode, stdout } = await access('dist/', '--against', 'opened.yaml');

  expect(exitCode).toBe(1);
  expect(stdout).toContain('OPENED');
});

test('the same manifests open and close nothing', async () => {
  const { exitCode, stdout } = await access('dist/', '--against', 'dist/', '-o', 'json');

  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ changes: [] });
});

test.each([
  [['dist/', '--output', 'xml'], 'Allowed choices are table, json, markdown, csv, html'],
  [['dist/', '--output', 'csv', '--against', 'main-dist/'], '--output csv does not support --against'],
  [['dist/', '--groups', 'possible', '-o', 'csv'], '--output csv does not support --groups'],
  [['dist/', '--groups', 'all'], 'Allowed choices are possible, named'],
  [['dist/', '--groups', 'named', '--against', 'main-dist/'], "cannot be used with option '--against <path>'"],
  [['dist/', '--against', 'missing/'], 'no file or directory "missing/"'],
])('%j is refused', async (args, problem) => {
  const { exitCode, stdout, stderr } = await access(...args);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(problem);
});

test('groups of workloads that never call each other are printed', async () => {
  const { exitCode, stdout } = await access('dist/', '--groups', 'named');

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^1 {2}.*shop\/api, shop\/web/m);
});
