import { CommanderError } from 'commander';
import { InvalidInputError } from '../base/invalid-input-error';
import type { CliCommand } from './cli-command';
import type { CliIo } from './cli-io';
import { type ExitCode, UNUSABLE } from './exit-code';
import { createProgram } from './program';
import { safeSink } from './safe-sink';
import { UserError } from './user-error';

/**
 * Runs a command line.
 *
 * @param args what stands after the program's name
 * @returns the exit code; whatever goes wrong has been said on standard error
 */
export async function run(args: readonly string[], given: CliIo): Promise<ExitCode> {
  const io: CliIo = {
    ...given,
    stdout: safeSink(given.stdout, given.color),
    stderr: safeSink(given.stderr, given.color),
  };
  const program = createProgram(io);
  let exitCode: ExitCode = 0;
  program.hook('postAction', (_, command) => {
    exitCode = (command as CliCommand).exitCode;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said it already; help and version come as errors with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
    io.stderr.write(`${describe(error)}\n`);
    return UNUSABLE;
  }
}

function describe(error: unknown): string {
  // Who runs a command did not call the function that `where` names.
  if (error instanceof InvalidInputError) return `error: ${error.message.slice(`[${error.where}] `.length)}`;
  if (error instanceof UserError || isSystemError(error)) return `error: ${error.message}`;
  const stack = error instanceof Error ? error.stack : String(error);
  return `This is a bug in teleport-istio; please report it, with the command line:\n${stack}`;
}

/** The file system or the network said no. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
