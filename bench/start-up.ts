import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mediansInTurn, milliseconds, type Program, run, table } from './measure';
import { kustomization, stockApp } from './stock-app';

const ROOT = join(__dirname, '../..');

interface Row {
  readonly title: string;
  readonly program: Program;
}

/** Cold processes: what one waits for in a terminal and in every CI job. */
export function startUp(rounds: number, slowRounds: number): string {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const folders = [outdir];
  try {
    const node = (title: string, ...args: string[]): Row => ({
      title,
      program: { command: process.execPath, args, cwd: ROOT, env: { CDK8S_OUTDIR: outdir } },
    });
    const fast = [
      node('bare Node: `node -e 0`', '-e', '0'),
      node('importing `cdk8s`', '-e', "require('cdk8s')"),
      node('importing `cdk8s` and this package', '-e', "require('cdk8s'); require('./build/lib')"),
      node('the same and `cdk8s-plus-28`', '-e', "require('cdk8s'); require('./build/lib'); require('cdk8s-plus-28')"),
      node('the reference app: `node build/main.js`', 'build/main.js'),
    ];
    const slow: Row[] = [
      {
        title: '`npm run synth` here: compile, the app, every example',
        program: { command: 'npm', args: ['run', 'synth'], cwd: ROOT },
      },
    ];
    const stock = stockApp(join(ROOT, 'dist'));
    if (stock !== undefined) {
      folders.push(stock);
      slow.push(
        {
          title: '`npm run synth` of a stock `cdk8s init` app',
          program: { command: 'npm', args: ['run', 'synth'], cwd: stock },
        },
        {
          title: 'its `npx ts-node main.ts` alone',
          program: { command: 'npx', args: ['ts-node', 'main.ts'], cwd: stock },
        },
      );
    }
    const files = kustomization(join(ROOT, 'dist'));
    folders.push(files);
    const kustomize = {
      title: '`kubectl kustomize` of its files',
      program: { command: 'kubectl', args: ['kustomize', files] },
    };
    if (runs(kustomize.program)) slow.push(kustomize);
    return [
      `Reference app: TestApp and Sock Shop (\`main.ts\`). Medians of ${rounds} rounds, of ${slowRounds} for those that take seconds.`,
      ...(stock === undefined
        ? ['Not measured, as its packages could not be installed: a stock `cdk8s init` app.']
        : []),
      ...(slow.includes(kustomize) ? [] : ['Not measured, as there is no kubectl: `kubectl kustomize`.']),
      timings([...fast, ...slow], [...timesOf(fast, rounds), ...timesOf(slow, slowRounds)]),
    ].join('\n\n');
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

function timesOf(rows: readonly Row[], rounds: number): readonly number[] {
  // The first run of each fills the disk cache.
  for (const { program } of rows) run(program);
  return mediansInTurn(
    rounds,
    rows.map(
      ({ program }) =>
        () =>
          milliseconds(() => void run(program)),
    ),
  );
}

function timings(rows: readonly Row[], times: readonly number[]): string {
  const [bare = Number.NaN] = times;
  return table(
    ['', 'ms', '× bare Node'],
    rows.map(({ title }, index) => [
      title,
      (times[index] ?? Number.NaN).toFixed(0),
      ((times[index] ?? Number.NaN) / bare).toFixed(1),
    ]),
  );
}

function runs(program: Program): boolean {
  try {
    run(program);
    return true;
  } catch {
    return false;
  }
}
