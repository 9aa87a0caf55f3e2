import { lstatSync } from 'node:fs';
import type { CliIo } from './cli-io';
import { findInputs, resolvePath } from './find-inputs';
import { DEFAULT_INPUT } from './inputs';
import { UserError } from './user-error';

/** Milliseconds between two looks: short enough to feel immediate, and a thousand files cost some 10 ms of it. */
const PAUSE = 500;

/**
 * Does something now, and again whenever a file below the paths changes, comes or goes; ends with the process. It looks
 * at sizes and times instead of waiting for the system's events: a synthesis swaps whole directories, and an event source
 * goes on watching the one that was swapped out.
 *
 * @param look does the work; what a user can repair, it throws as a UserError, which is printed and not the end
 */
export async function watchInputs(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[],
  look: () => Promise<unknown>,
): Promise<never> {
  if (paths.includes('-')) throw new UserError('standard input does not change: --watch requires files or directories');
  const watched = paths.length === 0 ? [DEFAULT_INPUT] : paths;
  let seen: string | undefined;
  for (;;) {
    const now = stateOf(io, watched, exclude);
    if (now !== seen) {
      seen = now;
      io.clear();
      try {
        await look();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        io.stderr.write(`error: ${error.message}\n`);
      }
      io.stderr.write(`watching ${watched.join(', ')}; press Ctrl-C to end\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** A text that differs whenever a file does. */
function stateOf(io: CliIo, paths: readonly string[], exclude: readonly string[]): string {
  return paths
    .flatMap((path) => findInputs(io, path, exclude).files)
    .map((found) => (typeof found === 'string' ? stateOfFile(io, found) : found.problem))
    .join('\n');
}

function stateOfFile(io: CliIo, file: string): string {
  const stats = lstatSync(resolvePath(io, file), { throwIfNoEntry: false });
  return stats === undefined ? file : `${file} ${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}
