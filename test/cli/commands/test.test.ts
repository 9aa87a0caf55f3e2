import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeExampleManifests } from '../example-project';
import { runCli } from '../run-cli';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'test-'));
  writeExampleManifests(join(cwd, 'dist'), { methods: ['GET'] });
  writeExampleManifests(join(cwd, 'wider'), { methods: ['GET', 'POST'] });
});
afterAll(() => rmSync(cwd, { recursive: true }));

function expectations(text: string): string {
  writeFileSync(join(cwd, 'access.yaml'), text);
  return 'access.yaml';
}

test('expectations that hold end with 0', async () => {
  const table = expectations(`
allow: [{ from: shop/web, to: shop/api, method: GET, path: /products }]
deny: [{ from: outside, to: shop/api }]
`);
  const { exitCode, stdout } = await runCli(['test', table, 'dist/'], { cwd });

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '2 of 2 expectations hold\n' });
});

test('an expectation that does not hold is named with what came out, and ends with 1', async () => {
  const table = expectations('deny: [{ from: shop/web, to: shop/api, method: POST, path: /products }]\n');

  expect((await runCli(['test', table, 'dist/'], { cwd })).exitCode).toBe(0);
  const { exitCode, stdout } = await runCli(['test', table, 'wider/'], { cwd });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^FAILED expected deny \(deny, entry 1\): shop\/web → shop\/api POST \/products: allowed, .*\n0 of 1 expectations hold\n$/,
  );
});

test('a table written from the manifests holds for them, and is not overwritten', async () => {
  const init = ['test', 'today.yaml', 'dist/', '--init'];
  const first = await runCli(init, { cwd });
  const written = readFileSync(join(cwd, 'today.yaml'), 'utf8');
  const check = await runCli(['test', 'today.yaml', 'dist/'], { cwd });
  const second = await runCli(init, { cwd });

  expect([first.exitCode, check.exitCode, second.exitCode]).toEqual([0, 0, 2]);
  expect(written).toContain('from: shop/web, to: shop/api');
  expect(second.stderr).toContain('never overwrites');
  expect(readFileSync(join(cwd, 'today.yaml'), 'utf8')).toBe(written);
});

test('a table names its schema for editors where the package is installed', async () => {
  const installed = join(cwd, 'node_modules/cdk8s-teleport-istio');
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, 'access.schema.json'), '{}');
  mkdirSync(join(cwd, 'policies'));
  await runCli(['test', 'policies/access.yaml', 'dist/', '--init'], { cwd });
  rmSync(join(cwd, 'node_modules'), { recursive: true });
  await runCli(['test', 'policies/alone.yaml', 'dist/', '--init'], { cwd });

  const [first] = readFileSync(join(cwd, 'policies/access.yaml'), 'utf8').split('\n');
  expect(first).toBe('# yaml-language-server: $schema=../node_modules/cdk8s-teleport-istio/access.schema.json');
  expect(readFileSync(join(cwd, 'policies/alone.yaml'), 'utf8')).not.toContain('$schema');
  expect((await runCli(['test', 'policies/access.yaml', 'dist/'], { cwd })).exitCode).toBe(0);
});

test.each([
  ['allow: [\n', /^error: access\.yaml:\d+: /],
  ['- a\n', /it is not a mapping/],
  ['allow: [{ from: shop/web }]\n', /allow, entry 1: "to" is missing/],
  ['alow: []\n', /"alow" is unknown/],
])('a table that cannot be read ends with 2: %j', async (text, problem) => {
  const { exitCode, stdout, stderr } = await runCli(['test', expectations(text), 'dist/'], { cwd });

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(problem);
});

test('a name that nobody has ends with 2, not as a denial', async () => {
  const table = expectations('deny: [{ from: shop/webb, to: shop/api }]\n');
  const { exitCode, stdout } = await runCli(['test', table, 'dist/'], { cwd });

  expect(exitCode).toBe(2);
  expect(stdout).toContain('Did you mean shop/web?');
});
