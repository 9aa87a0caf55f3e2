import { spawnSync } from 'node:child_process';

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** How long something takes, in milliseconds. */
export function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** A program to run, as often as it is asked to. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end; its output. */
export function run({ command, args, cwd, env = {} }: Program): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 30,
    ...(cwd !== undefined && { cwd }),
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What one run of a program takes, in milliseconds. */
export interface Cost {
  readonly wall: number;
  /** User and system time of all its threads. */
  readonly cpu: number;
}

/** Runs a program to its end, and says what it took; by a shell, as Node does not say what its children take. */
export function cost({ command, args, ...program }: Program): Cost {
  const script = 'TIMEFORMAT="%U %S" && { time "$@" >/dev/null 2>/dev/null; } 2>&1';
  let printed = '';
  const wall = milliseconds(() => {
    printed = run({ ...program, command: 'bash', args: ['-c', script, 'bash', command, ...args] });
  });
  const [user = Number.NaN, system = Number.NaN] = printed.trim().split(' ').map(Number);
  return { wall, cpu: (user + system) * 1000 };
}

/** Medians of several things that are done in turn: what slows the machine down slows all of them. */
export function mediansInTurn(rounds: number, works: readonly (() => number)[]): readonly number[] {
  const results = Array.from({ length: rounds }, () => works.map((work) => work()));
  return works.map((_, index) => median(results.map((round) => round[index] ?? Number.NaN)));
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
