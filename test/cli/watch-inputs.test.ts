import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './run-cli';

const MAIN = join(__dirname, '../../lib/cli/main.js');

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';

const UNREADABLE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: [ }\n';

let folder: string;
let child: ChildProcess;
let output = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  output = '';
});

afterEach(() => {
  child?.kill();
  rmSync(folder, { recursive: true });
});

function watch(): void {
  child = spawn(process.execPath, [MAIN, 'check', '--watch', 'out'], { cwd: folder, env: { PATH: process.env.PATH } });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
}

/** Waits until the command has said this, and forgets what it has said. */
async function hears(pattern: RegExp): Promise<void> {
  while (!pattern.test(output) || !output.includes('press Ctrl-C to end')) {
    if (child.exitCode !== null) throw new Error(`it ended, after: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  output = '';
}

test('check --watch checks again after a change, a swapped directory and a directory that is gone for a while', async () => {
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'out/a.yaml'), NAMESPACE);
  watch();
  await hears(/no findings/i);

  writeFileSync(join(folder, 'out/a.yaml'), UNREADABLE);
  await hears(/yaml-syntax/);

  mkdirSync(join(folder, 'next'));
  writeFileSync(join(folder, 'next/a.yaml'), NAMESPACE);
  renameSync(join(folder, 'out'), join(folder, 'old'));
  await hears(/no file or directory "out"/);

  renameSync(join(folder, 'next'), join(folder, 'out'));
  await hears(/no findings/i);
});

test('--watch is refused for standard input, which does not change', async () => {
  const { exitCode, stderr } = await runCli(['check', '--watch', '-'], { stdin: NAMESPACE });

  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('--watch requires files') });
});
