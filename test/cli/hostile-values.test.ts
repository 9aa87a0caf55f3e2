import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './run-cli';

/** Begins a command of a CI's log on a line of its own, and forges an answer. */
const FORGED = '\n::error file=a::forged\nALLOWED: shop/web → shop/api';

const workload = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { serviceAccountName: name, containers: [{ name, image: name, ports: [{ containerPort: 80 }] }] },
    },
  },
});

/** Values that policies take as they are, in every place where one may stand. */
const policy = (action: string) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'api', namespace: 'shop' },
  spec: {
    action,
    rules: [
      {
        from: [{ source: { notPrincipals: [`td.example/ns/x/sa/y${FORGED}`], notNamespaces: [`x${FORGED}`] } }],
        to: [{ operation: { paths: [`/a${FORGED}`], methods: [`GET${FORGED}`], hosts: [`h${FORGED}`] } }],
        when: [{ key: `request.headers[x${FORGED}]`, values: [`v${FORGED}`] }],
      },
      { from: [{ source: { principals: [`td.example/ns/x/sa/z${FORGED}`] } }] },
      { to: [{ operation: { paths: [`/b${FORGED}`] } }] },
    ],
  },
});

const documents = (action: string) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
  {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'istio', namespace: 'istio-system' },
    spec: { meshConfig: { trustDomain: 'td.example' } },
  },
  workload('web'),
  workload('api'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80 }] },
  },
  policy(action),
];

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'values-'));
  for (const [file, action] of [
    ['deny.yaml', 'DENY'],
    ['allow.yaml', 'ALLOW'],
  ] as const) {
    writeFileSync(
      join(cwd, file),
      documents(action)
        .map((one) => JSON.stringify(one))
        .join('\n---\n'),
    );
  }
  const entry = { from: 'shop/web', to: 'shop/api', path: `/b${FORGED}` };
  writeFileSync(join(cwd, 'table.yaml'), JSON.stringify({ allow: [entry] }));
});
afterAll(() => rmSync(cwd, { recursive: true }));

test.each([
  ['can', 'shop/web', 'shop/api', 'GET', '/', 'deny.yaml'],
  ['can', 'shop/web', 'shop/api', 'GET', '/', 'allow.yaml'],
  ...['table', 'csv', 'markdown'].map((format) => ['access', 'deny.yaml', '-o', format]),
  ...['table', 'markdown'].map((format) => ['access', 'allow.yaml', '--against', 'deny.yaml', '-o', format]),
  ['access', 'allow.yaml', '--groups', 'possible'],
  ...['mermaid', 'dot'].map((format) => ['graph', 'allow.yaml', '-o', format]),
  ['diff', 'deny.yaml', 'allow.yaml'],
  ['test', 'table.yaml', 'deny.yaml'],
  ['check', 'deny.yaml', '-o', 'github'],
  ['check', 'deny.yaml'],
])('no value of a policy begins a line of its own: %j', async (...args) => {
  const { stdout, stderr } = await runCli(args, { cwd });

  expect(stdout).not.toBe('');
  expect(`${stdout}${stderr}`).not.toMatch(/^(?:::error file=a::forged|ALLOWED: shop\/web → shop\/api$)/m);
});

test('a table written from such policies can be read', async () => {
  const { exitCode } = await runCli(['test', 'written.yaml', 'allow.yaml', '--init'], { cwd });

  expect(readFileSync(join(cwd, 'written.yaml'), 'utf8')).not.toMatch(/^::error/m);
  expect([0, 2]).toContain(exitCode);
});
