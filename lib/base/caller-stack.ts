import { dirname, sep } from 'node:path';

/** Deep enough for the way from a program through constructs to a check; by default Node stops after ten frames. */
const DEPTH = 64;

/** The directory with the compiled wings of this package. */
const OWN_FILES = `${dirname(__dirname)}${sep}`;

/**
 * Makes the stack of an error begin at the line of the user's program that led to it.
 *
 * For errors that are about the program: frames of this package, of other packages and of Node would hide that line or,
 * as Node keeps only ten frames, push it out. An error without such a line keeps its whole stack.
 *
 * @returns the same error
 */
export function pointToCaller(error: Error): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = DEPTH;
  const captured: { stack?: string } = {};
  Error.captureStackTrace(captured, pointToCaller);
  Error.stackTraceLimit = stackTraceLimit;
  let stack: string | undefined;
  // V8 writes a stack when it is read, and most of these errors are caught: formatting each would cost more than the check.
  Object.defineProperty(error, 'stack', {
    configurable: true,
    get: () => {
      stack ??= [`${error.name}: ${error.message}`, ...shorten(captured.stack ?? '')].join('\n');
      return stack;
    },
    set: (value: string) => {
      stack = value;
    },
  });
  return error;
}

function shorten(stack: string): readonly string[] {
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  const first = frames.findIndex(isOfTheProgram);
  const kept = first === -1 ? frames : frames.slice(first).filter((frame) => !frame.includes('node:internal/'));
  return kept.slice(0, Error.stackTraceLimit);
}

function isOfTheProgram(frame: string): boolean {
  return !frame.includes(OWN_FILES) && !/[\\/]node_modules[\\/]|\bnode:|\(<anonymous>\)|\bat native\b/.test(frame);
}
