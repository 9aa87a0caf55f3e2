/** Whole processes beside those of programs that people would use instead, in one run: `node build/bench/side-by-side.js [ROUNDS]`. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPTION } from '../lib/base/optimize-less';
import { type Cost, cost, type Program, run, table } from './measure';
import { writeRivalInputs } from './rival-inputs';

const ROOT = join(__dirname, '../..');
const CLI = join(ROOT, 'build/lib/cli/main.js');
const SERVICES = 1_000;

const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'side-by-side-'));

interface Row {
  readonly title: string;
  readonly program: Program;
  /** Multiple of the first row that it is to stay below. */
  readonly goal?: string;
}

const node = (title: string, goal: string, ...args: string[]): Row => ({
  title,
  goal,
  program: { command: process.execPath, args, cwd: ROOT, env: { CDK8S_OUTDIR: join(folder, 'app') } },
});
const other = (title: string, command: string, ...args: string[]): Row => ({ title, program: { command, args } });

try {
  console.log(sideBySide());
} finally {
  rmSync(folder, { recursive: true });
}

function sideBySide(): string {
  const inputs = join(folder, 'inputs');
  writeRivalInputs(inputs, SERVICES);
  const synth = (...args: string[]) => ['build/bench/synth-mesh.js', String(SERVICES), join(folder, 'out'), ...args];
  const mesh = join(folder, 'mesh');
  run({ command: process.execPath, args: ['build/bench/synth-mesh.js', String(SERVICES), mesh], cwd: ROOT });
  // istioctl reads objects only; the folder has values for helm too.
  for (const file of readdirSync(mesh)) if (!file.endsWith('.k8s.yaml')) rmSync(join(mesh, file), { recursive: true });
  const dist = join(ROOT, 'examples/sock-shop/dist');
  const call = ['sock-shop/front-end', 'sock-shop/catalogue', 'GET', '/catalogue', dist];
  return [
    `#### ${SERVICES.toLocaleString('en')} services, four objects for each`,
    compared([
      other('`helm template`', 'helm', 'template', 'mesh', join(inputs, 'helm')),
      node('this package, without the check', '1', ...synth('unchecked')),
      node('this package, checked', '2', ...synth()),
      node('the same, with the option of V8 that commands set', '', OPTION, ...synth()),
      other('`jsonnet`', 'jsonnet', '-y', join(inputs, 'mesh.jsonnet')),
      other('`cue export`', 'cue', 'export', '--out', 'text', '-e', 'text', join(inputs, 'mesh.cue')),
    ]),
    '#### Checking them',
    compared([
      other('`istioctl analyze`', 'istioctl', 'analyze', '--all-namespaces', '--use-kube=false', mesh),
      node('`check`', '0.5', CLI, 'check', mesh),
    ]),
    '#### From cold',
    compared([
      node('bare Node: `node -e 0`', '', '-e', '0'),
      node('the reference app, checked', '4', 'build/examples/sock-shop/main.js'),
      node('`check dist`', '2.5', CLI, 'check', dist),
      node('`can`', '2.5', CLI, 'can', ...call),
      node('`--version`', '', CLI, '--version'),
    ]),
    compared([
      node("`require('cdk8s')`", '', '-e', "require('cdk8s')"),
      node("`require('cdk8s')` and this package", '1.3', '-e', "require('cdk8s'); require('./build/lib')"),
      node(
        'the same, and `TeleportMesh` is used',
        '1.3',
        '-e',
        "require('cdk8s'); require('./build/lib').TeleportMesh",
      ),
    ]),
  ].join('\n\n');
}

/** Times on the clock and of the processors, of the first row and, as multiples of it, of the others; programs that are not there are named and left out. */
function compared(rows: readonly Row[]): string {
  const there = rows.filter(({ program }) => runs(program));
  const missing = rows.filter((row) => !there.includes(row)).map(({ title }) => title);
  // The least of several runs in turn: other programs on the machine only add to it.
  const costs = Array.from({ length: rounds }, () => there.map(({ program }) => cost(program)));
  const least = (index: number, kind: keyof Cost) =>
    Math.min(...costs.map((round) => round[index]?.[kind] ?? Number.NaN));
  const times = (index: number, kind: keyof Cost) => {
    const unit = rows[0] === there[0] ? least(0, kind) : Number.NaN;
    return [least(index, kind).toFixed(0), (least(index, kind) / unit).toFixed(2)];
  };
  const cells = there.map(({ title, goal = '' }, index) => [
    title,
    ...times(index, 'wall'),
    goal && `below ${goal}`,
    ...times(index, 'cpu'),
  ]);
  const skipped = missing.map((title) => `**Not measured, as it is not there: ${title}.**`);
  return [table(['', 'ms', '× the first', 'goal', 'ms of CPU', '× the first'], cells), ...skipped].join('\n\n');
}

/** The first run of each fills the disk cache. */
function runs(program: Program): boolean {
  try {
    run(program);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
