import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleSnapshot } from '../../lib/analysis/doctor/examples/example-snapshot';
import type { CliCommand } from '../../lib/cli/cli-command';
import { processIo } from '../../lib/cli/process-io';
import { createProgram } from '../../lib/cli/program';
import { answerOf } from './doctor/fake-cluster';
import { writeExampleProject } from './example-project';
import { runCli } from './run-cli';

const program = createProgram(processIo());
const commands = program.commands as readonly CliCommand[];

/** Examples that have something to report; all others end with 0. */
const REPORTING: ReadonlySet<string> = new Set([
  'npx teleport-istio can outside shop/api --port 80',
  'npx teleport-istio can spiffe://acme.teleport.sh/ns/ci/sa/smoke shop/api GET /healthz',
  'npx teleport-istio diff main-dist/ dist/',
  'npx teleport-istio diff --cluster dist/',
  // The certificates of the example ended long ago.
  'npx teleport-istio doctor',
  'npx teleport-istio doctor --expect dist/',
  'npx teleport-istio doctor --save snapshot/',
  'npx teleport-istio doctor snapshot/',
  'npx teleport-istio access dist/ --against main-dist/ -o markdown',
]);

const EXAMPLES = [program, ...commands].map((command) => [command.name(), command.examples] as const);

/** How an example ended; what it redirects into a file is not part of its output. */
interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example in this process, which has loaded the commands; undefined if it needs a shell for more than writing a file. */
async function runHere(shell: string, folder: string): Promise<Ended | undefined> {
  const [, words = '', file] = /^npx teleport-istio ([\w./:=, -]+?)(?: > ([\w.-]+))?$/.exec(shell) ?? [];
  if (words === '') return undefined;
  const kubectl = async (args: readonly string[]) =>
    args.includes('--filename=-') ? '' : answerOf(exampleSnapshot(), args);
  const tctl = async () => '';
  const { exitCode, stdout, stderr } = await runCli(words.split(' '), { cwd: folder, kubectl, tctl });
  if (file === undefined) return { status: exitCode, stdout, stderr };
  writeFileSync(join(folder, file), stdout);
  return { status: exitCode, stdout: '', stderr };
}

function runInShell(shell: string, folder: string, path: string): Ended {
  // With pipefail, so that the program that matters is heard wherever it stands.
  return spawnSync('bash', ['-o', 'pipefail', '-c', shell], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: path, HOME: folder },
  });
}

test.each(EXAMPLES)('the examples of %s work as they stand, one after another', async (_, examples) => {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  try {
    const { path } = writeExampleProject(folder);
    for (const { shell } of examples) {
      const { status, stdout, stderr } = (await runHere(shell, folder)) ?? runInShell(shell, folder, path);

      expect({ shell, status, stderr }).toEqual({
        shell,
        status: REPORTING.has(shell) ? 1 : 0,
        stderr: expect.not.stringMatching(/error:|mistake|unexpected/),
      });
      if (!/ > |source|init/.test(shell)) expect(stdout).not.toBe('');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is expected to report is an example', () => {
  const shells = new Set(EXAMPLES.flatMap(([, examples]) => examples.map(({ shell }) => shell)));

  for (const shell of REPORTING) expect(shells).toContain(shell);
});
