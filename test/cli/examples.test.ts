import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliCommand } from '../../lib/cli/cli-command';
import { processIo } from '../../lib/cli/process-io';
import { createProgram } from '../../lib/cli/program';
import { writeExampleProject } from './example-project';

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

test.each(EXAMPLES)('the examples of %s work as they stand, one after another', (_, examples) => {
  const folder = mkdtempSync(join(tmpdir(), 'examples-'));
  try {
    const { path } = writeExampleProject(folder);
    for (const { shell } of examples) {
      // With pipefail, so that the program that matters is heard wherever it stands.
      const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', shell], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: path, HOME: folder },
      });

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
