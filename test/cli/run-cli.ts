import type { CliIo } from '../../lib/cli/cli-io';
import { run } from '../../lib/cli/run';
import { UserError } from '../../lib/cli/user-error';

/** What came of a command line. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with stand-ins for everything outside. */
export async function runCli(
  args: readonly string[],
  options: Partial<Omit<CliIo, 'stdout' | 'stderr'>> & { readonly stdin?: string } = {},
): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const io: CliIo = {
    cwd: '/',
    color: false,
    interactive: options.stdin === undefined,
    readStdin: async () => Buffer.from(options.stdin ?? ''),
    announce: () => undefined,
    clear: () => undefined,
    ask: async () => '',
    kubectl: () => Promise.reject(new Error('no test asked for kubectl')),
    tctl: () => Promise.reject(new UserError('tctl cannot be run: spawn tctl ENOENT')),
    ...options,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  };
  const exitCode = await run(args, io);
  return { exitCode, stdout, stderr };
}
