/**
 * What commands take for meshes of shapes that once grew without bound, as Markdown: seconds of processor time, which other programs on the
 * machine hardly change, and peak memory.
 *
 *   npm run bench:shapes
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { table } from './measure';

const ROOT = join(__dirname, '..');

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const caller = (index: number) => `cluster.local/ns/a/sa/s${index}`;
const from = (index: number) => [{ source: { principals: [caller(index)] } }];
const to = (...paths: readonly string[]) => [{ operation: { methods: ['GET'], paths } }];

function workload(name: string, labels: object = { app: name }, selector: object = labels): readonly object[] {
  const metadata = { name, namespace: 'a' };
  const containers = [{ name: 'main', image: 'example.com/main:1.0.0', ports: [{ containerPort: 8080 }] }];
  const pod = { metadata: { labels }, spec: { serviceAccountName: name, containers } };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template: pod } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
  ];
}

function policy(name: string, rules: readonly object[], app?: string): object {
  const selector = app === undefined ? {} : { selector: { matchLabels: { app } } };
  const metadata = { name, namespace: 'a' };
  return { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: { ...selector, rules } };
}

const workloads = (count: number) => upTo(count).flatMap((index) => workload(`s${index}`));

/** The meshes, by what is special about them. */
const SHAPES = {
  'all workloads of a namespace let in by one policy': (count) => [
    ...workloads(count),
    policy('all', [{ from: [{ source: { namespaces: ['a'] } }] }]),
  ],
  'Services that share a label': (count) =>
    upTo(count).flatMap((index) => [
      ...workload(`s${index}`, { app: `s${index}`, team: 'x' }, { team: 'x' }),
      policy(`p${index}`, [{ from: from((index + 1) % count) }], `s${index}`),
    ]),
  'sources and as many targets in one rule': (count) => [
    ...workloads(2),
    policy('p', [{ from: upTo(count).flatMap(from), to: upTo(count).flatMap((index) => to(`/x${index}`)) }], 's0'),
  ],
  'workloads under as many policies of the namespace, with paths': (count) => [
    ...workloads(count),
    ...upTo(count).map((index) =>
      policy(`p${index}`, [{ from: from(index), to: to(`/api/${index}/*`, `/x${index}`) }]),
    ),
  ],
  'the same, for all callers of the namespace': (count) => [
    ...workloads(count),
    ...upTo(count).map((index) =>
      policy(`p${index}`, [{ from: [{ source: { namespaces: ['a'] } }], to: to(`/api/${index}/*`, `/x${index}`) }]),
    ),
  ],
  'policies on one workload': (count) => [
    ...workloads(2),
    ...upTo(count).map((index) => policy(`p${index}`, [{ from: from(index), to: to(`/x${index}`) }], 's0')),
  ],
  'policies on one workload that name no caller': (count) => [
    ...workloads(2),
    ...upTo(count).map((index) => policy(`p${index}`, [{ to: to(`/x${index}`) }], 's0')),
  ],
  'files inside of ConfigMaps': (count) =>
    upTo(count).map((index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `c${index}`, namespace: 'a' },
      data: { 'tbot.yaml': `version: v2\nonboarding: {join_method: kubernetes, token: t${index}}\n` },
    })),
} satisfies Record<string, (count: number) => readonly object[]>;

type Shape = keyof typeof SHAPES;

/** What is run on which shape, in which sizes. */
const RUNS: readonly (readonly [shape: Shape, command: string, sizes: readonly number[]])[] = [
  ['all workloads of a namespace let in by one policy', 'graph -o svg', [80, 200, 1000]],
  ['Services that share a label', 'access', [50, 100, 200]],
  ['sources and as many targets in one rule', 'access', [1000, 3000]],
  ['sources and as many targets in one rule', 'check', [1000, 3000]],
  ['workloads under as many policies of the namespace, with paths', 'access', [50, 100, 200]],
  ['workloads under as many policies of the namespace, with paths', 'test --init', [50, 100, 200]],
  ['the same, for all callers of the namespace', 'test --init', [50, 100]],
  ['policies on one workload', 'check', [500, 1000, 2000]],
  ['policies on one workload that name no caller', 'check', [500, 1000, 2000]],
  ['files inside of ConfigMaps', 'diff', [1000, 2000, 4000]],
];

const folder = mkdtempSync(join(tmpdir(), 'shapes-'));

function fileOf(shape: Shape, size: number): string {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'a', labels: { 'istio-injection': 'enabled' } },
  };
  const mesh = { trustDomain: 'cluster.local' };
  const operator = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'istio', namespace: 'istio-system' },
    spec: { meshConfig: mesh },
  };
  const file = join(folder, 'mesh.yaml');
  writeFileSync(file, [namespace, operator, ...SHAPES[shape](size)].map((one) => JSON.stringify(one)).join('\n---\n'));
  return file;
}

function usageOf(command: string, file: string): { readonly seconds: number; readonly megabytes: number } {
  const usage = join(folder, 'usage.json');
  const [name = '', ...flags] = command.split(' ');
  const expectations = join(folder, 'access.yaml');
  rmSync(expectations, { force: true });
  const files = name === 'diff' ? [file, changed(file)] : name === 'test' ? [expectations, file] : [file];
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'lib/cli/main.js'), name, ...flags, ...files], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, USAGE_FILE: usage, NODE_OPTIONS: `--require=${join(__dirname, 'report-usage.js')}` },
  });
  if (status === 2 || status === null) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(usage, 'utf8'));
}

function changed(file: string): string {
  const other = join(folder, 'other.yaml');
  writeFileSync(other, readFileSync(file, 'utf8').replaceAll('token: t', 'token: u'));
  return other;
}

try {
  const rows = RUNS.flatMap(([shape, command, sizes]) =>
    sizes.map((size) => {
      const { seconds, megabytes } = usageOf(command, fileOf(shape, size));
      return [`${size.toLocaleString('en')} ${shape}: \`${command}\``, seconds.toFixed(1), megabytes.toFixed(0)];
    }),
  );
  process.stdout.write(`${table(['mesh and command', 's of CPU', 'peak MB'], rows)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
