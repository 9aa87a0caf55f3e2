import type { Readable, Writable } from 'node:stream';
import type { CliIo } from './cli-io';
import { UserError } from './user-error';

// Node's modules that few commands need are loaded where they are used: for nothing else does `--version` take as long.

/** The real standard streams, the real kubectl and tctl. */
export function processIo(): CliIo {
  const { stdin, stdout, stderr } = process;
  return {
    cwd: process.cwd(),
    stdout,
    stderr,
    color: wantsColor(process.env, stdout.isTTY),
    interactive: stdin.isTTY,
    // ECMA-48: the cursor to the corner, and all behind it erased.
    clear: () => stdout.isTTY && stdout.write('\u001b[H\u001b[J'),
    announce,
    readStdin: (limit) => readAll(stdin, limit),
    ask: (question) => ask(question, stdin, stderr),
    kubectl: (args, input, timeout) => run('kubectl', args, input, timeout),
    tctl: (args, timeout) => run('tctl', args, '', timeout),
  };
}

/** A terminal gets colours and a pipe gets none, unless the user says otherwise: https://no-color.org, https://force-color.org. */
export function wantsColor(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0';
  return isTerminal && environment.TERM !== 'dumb';
}

async function ask(question: string, input: Readable, output: Writable): Promise<string> {
  const { createInterface } = require('node:readline/promises') as typeof import('node:readline/promises');
  const lines = createInterface({ input, output });
  try {
    return await new Promise<string>((resolve, reject) => {
      // Who ends the input instead of answering wants out.
      lines.once('close', () => reject(new UserError('no answer')));
      lines.question(question).then(resolve, reject);
    });
  } finally {
    lines.close();
  }
}

/** In a thread of its own: timers of this one do not run while it computes. The thread ends with the program. */
function announce(what: string): void {
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
  const source = `
    const { workerData } = require('node:worker_threads');
    setTimeout(() => require('node:fs').writeSync(2, workerData), 1000);`;
  new Worker(source, { eval: true, workerData: `${what} …\n` }).unref();
}

async function readAll(stream: Readable, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks);
}

function run(program: string, args: readonly string[], input: string, timeout?: number): Promise<string> {
  const { spawn } = require('node:child_process') as typeof import('node:child_process');
  return new Promise((resolve, reject) => {
    // Without a shell: nothing in a manifest can become a command.
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const output = Promise.all([readAll(child.stdout), readAll(child.stderr)]);
    const alarm = timeout === undefined ? undefined : setTimeout(tooSlow, timeout);
    function tooSlow() {
      child.kill('SIGKILL');
      // What it has started may hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new UserError(`${program} ${args[0]} took more than ${Math.round((timeout ?? 0) / 100) / 10} s`));
    }
    output.catch(() => undefined);
    child.on('error', ({ message }) => {
      clearTimeout(alarm);
      reject(new UserError(`${program} cannot be run: ${message}`));
    });
    child.on('close', (code) => {
      clearTimeout(alarm);
      output.then(([stdout, stderr]) => {
        if (code === 0) resolve(stdout.toString('utf8'));
        else reject(new UserError(`${program} ${args[0]} failed: ${stderr.toString('utf8').trim()}`));
      }, reject);
    });
    // A program that ends without reading its input has said why on standard error.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
