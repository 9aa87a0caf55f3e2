import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../lib/cli/user-error';
import { writeExampleManifests } from '../example-project';
import { runCli } from '../run-cli';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'diff-'));
  writeExampleManifests(join(cwd, 'dist'), { methods: ['GET'] });
  writeExampleManifests(join(cwd, 'main-dist'), { methods: ['GET', 'POST'] });
  writeFileSync(
    join(cwd, 'account.yaml'),
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a, namespace: b }\n',
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

test('a change of a policy is shown by field and in words, and ends with 1', async () => {
  const { exitCode, stdout, stderr } = await runCli(['diff', 'main-dist/', 'dist/'], { cwd });

  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  expect(stdout).toBe(`changed  AuthorizationPolicy shop/api  (dist/shop-policies.k8s.yaml)
    spec.rules[0].to[0].operation.methods: ["GET","POST"] → ["GET"]

Who may call whom:
NARROWED   shop/web → shop/api:80 (http): - if POST /products*

0 added, 0 removed, 1 changed
`);
});

test('the same output under another directory is not a difference', async () => {
  expect(await runCli(['diff', 'dist', 'dist/'], { cwd })).toEqual({
    exitCode: 0,
    stdout: 'no differences\n',
    stderr: '',
  });
});

test('programs get JSON', async () => {
  const { stdout } = await runCli(['diff', 'main-dist', 'dist', '-o', 'json'], { cwd });

  expect(JSON.parse(stdout)).toMatchObject({
    objects: [{ kind: 'changed', object: 'AuthorizationPolicy shop/api' }],
    access: [{ kind: 'narrowed', from: 'shop/web', to: 'shop/api' }],
  });
});

test('--cluster asks kubectl for the objects of the manifests', async () => {
  const asked: string[][] = [];
  const kubectl = async (args: readonly string[], stdin: string) => {
    asked.push([...args]);
    return stdin;
  };
  const { exitCode, stdout } = await runCli(['diff', '--cluster', 'account.yaml'], { cwd, kubectl });

  expect(asked).toEqual([['get', '--filename=-', '--ignore-not-found', '--output=json']]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'no differences\n' });
});

test('a cluster that has none of the objects would get them all', async () => {
  const { exitCode, stdout } = await runCli(['diff', '--cluster', 'account.yaml'], { cwd, kubectl: async () => '' });

  expect(exitCode).toBe(1);
  expect(stdout).toContain('added    ServiceAccount b/a');
});

test.each([
  [['diff', 'dist'], 'name two files or directories'],
  [['diff', 'dist', 'dist', 'dist'], 'name two files or directories'],
  [['diff', 'dist', 'missing'], 'no file or directory "missing"'],
  [['diff', '--cluster', 'dist/teleport'], 'no Kubernetes object'],
  [['diff', '--cluster', 'account.yaml'], 'the server doesn’t know'],
])('%j is refused', async (args, problem) => {
  const kubectl = () => Promise.reject(new UserError('kubectl get failed: the server doesn’t know'));
  const { exitCode, stdout, stderr } = await runCli(args, { cwd, kubectl });

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(problem);
});

test('an answer of kubectl that is not a manifest is an error, not an empty cluster', async () => {
  const { exitCode, stderr } = await runCli(['diff', '--cluster', 'account.yaml'], { cwd, kubectl: async () => '{' });

  expect(exitCode).toBe(2);
  expect(stderr).toContain("kubectl's answer cannot be read");
});
