/**
 * Kills a process that writes an output directory at random moments, and looks at what is left:
 *
 *   npm run test:kill [TIMES]
 *
 * Fails if files of two versions are ever mixed, if the output is neither the old nor the new one after the next run began,
 * or if anything is left behind after it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = 30;
const times = Number(process.argv[2] ?? 500);
const parent = mkdtempSync(join(tmpdir(), 'kill-'));
const directory = join(parent, 'dist');
const writer = join(__dirname, 'write-versions.js');

/** The versions that stand in the directory, one for each file. */
function versions(): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

async function write(version: string, count: number, killAfter?: number): Promise<void> {
  const child = spawn(process.execPath, [writer, directory, version, String(FILES), String(count)], {
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  await ended;
  clearTimeout(timer);
}

async function main(): Promise<void> {
  const counts = { whole: 0, between: 0, mixed: 0, leftover: 0, uncleaned: 0 };
  for (let run = 0; run < times; run += 1) {
    await write(`run ${run}`, 100_000, 60 + Math.random() * 120);
    const found = versions();
    if (found.length === 0) counts.between += 1;
    else if (new Set(found).size === 1 && found.length === FILES) counts.whole += 1;
    else counts.mixed += 1;
    if (readdirSync(parent).length > 1) counts.leftover += 1;
    await write(`after ${run}`, 1);
    if (new Set(versions()).size !== 1 || readdirSync(parent).length !== 1) counts.uncleaned += 1;
  }
  rmSync(parent, { recursive: true });
  process.stdout.write(
    `${times} kills: ${counts.whole} left one whole version, ${counts.between} were between the two renames (the next run put the ` +
      `directory back), ${counts.mixed} left a mixture; ${counts.leftover} left files beside, ${counts.uncleaned} of them after the next run\n`,
  );
  process.exitCode = counts.mixed + counts.uncleaned > 0 ? 1 : 0;
}

void main();
