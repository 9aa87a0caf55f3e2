import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeExampleManifests } from '../example-project';
import { runCli } from '../run-cli';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'can-'));
  writeExampleManifests(join(cwd, 'dist'), { methods: ['GET'] });
  writeFileSync(join(cwd, 'broken.yaml'), 'kind: [\n');
});
afterAll(() => rmSync(cwd, { recursive: true }));

const can = (...args: readonly string[]) => runCli(['can', ...args], { cwd });

test('what a policy allows is allowed, by that policy and under mTLS', async () => {
  const { exitCode, stdout, stderr } = await can('shop/web', 'shop/api', 'GET', '/products/1', 'dist/');

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^ALLOWED: shop\/web → shop\/api/);
  expect(stdout).toMatch(/decided at dist\/shop-policies\.k8s\.yaml:\d+/);
  expect(stdout).toMatch(/mutual TLS/i);
  expect(stdout).toContain('spiffe://acme.teleport.sh/ns/shop/sa/web');
});

test.each([
  [['shop/web', 'shop/api', 'POST', '/products'], 'DENIED'],
  [['shop/web', 'shop/api', 'GET', '/admin'], 'DENIED'],
  [['shop/web', 'shop/api', '--method', 'GET', '--path', '/admin'], 'DENIED'],
  [['shop/web', 'shop/api', 'GET'], 'IT DEPENDS'],
  [['outside', 'shop/api'], 'DENIED'],
])('%j ends with 1', async (args, verdict) => {
  const { exitCode, stdout } = await can(...args);

  expect(exitCode).toBe(1);
  expect(stdout.startsWith(verdict)).toBe(true);
});

test.each([
  [['shop/webb', 'shop/api'], 'Did you mean shop/web?'],
  [['shop/web', 'shop/api', '--port', '81'], 'has no port 81; it has 80'],
  [['shop/web', 'shop/api', 'GET', '--method', 'POST'], 'the method is given twice'],
  [['shop/web', 'shop/api', 'get', '/products'], 'write the method in upper case: GET'],
  [['shop/web', 'shop/api', '/products'], 'write the method before it: GET /products'],
  [['shop/web', 'shop/api', 'GET', '/a', '--path', '/b'], 'the path is given twice'],
  [['shop/web', 'shop/api', '--path', 'products'], 'begins with "/"'],
  [['shop/web', 'shop/api', '--source-ip', '10.0.0.300'], 'neither an IPv4 nor an IPv6 address'],
  [['shop/web', 'shop/api', '--header', 'x-user'], 'Write name=value.'],
  [['shop/web', 'shop/api', '--claims', '[1]'], 'Write a JSON object, or null.'],
  [['shop/web', 'shop/api', '--claims', '{'], 'Write a JSON object, or null.'],
  [['shop/web', 'shop/api', '--target', 'istoi=1.29'], '"istoi=1.29" is not in this form'],
  [['shop/web', 'shop/api', '--target', 'istio=new'], 'not a release number'],
  [['shop/web', 'shop/api', 'missing.yaml'], 'no file or directory "missing.yaml"'],
  [['shop/web', 'shop/api', 'dist/', 'broken.yaml'], 'broken.yaml:'],
])('%j is a question without an answer, and the reason is said', async (args, problem) => {
  const { exitCode, stdout, stderr } = await can(...args);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toContain(problem);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a host outside the mesh is answered by what decides there, and never by policies', async () => {
  const open = await can('shop/web', 'api.stripe.com');
  writeFileSync(
    join(cwd, 'closed.yaml'),
    'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: shop}\nspec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}}\n',
  );
  const closed = await can('shop/web', 'api.stripe.com', 'GET', '/v1', 'dist/', 'closed.yaml');

  expect([open.exitCode, closed.exitCode]).toEqual([0, 1]);
  expect(open.stdout).toMatch(/^REACHABLE: shop\/web → api\.stripe\.com/);
  expect(closed.stdout).toMatch(/^BLOCKED: .*\nbecause outboundTrafficPolicy of Sidecar shop\/default/);
  for (const { stdout, stderr } of [open, closed]) {
    expect(stdout).toContain('inbound');
    expect(`${stdout}${stderr}`).not.toMatch(/ALLOWED|DENIED|error/);
  }
});

test('a caller may be everybody of a namespace', async () => {
  const { exitCode, stdout } = await can('any identity of namespace ci', 'shop/api', 'GET', '/products/1');

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^DENIED: any identity of namespace ci → shop\/api/);
});

test('the verdict is coloured for those who want colours only', async () => {
  const args = ['can', 'shop/web', 'shop/api', 'GET', '/products'];

  expect((await runCli(args, { cwd, color: true })).stdout).toContain('\u001b[32mALLOWED');
  expect((await runCli(args, { cwd, color: false })).stdout).not.toContain('\u001b');
});

test('manifests can come from standard input', async () => {
  const { exitCode, stderr } = await runCli(['can', 'a', 'b', '-'], { stdin: 'kind: [\n' });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('<stdin>:');
});
