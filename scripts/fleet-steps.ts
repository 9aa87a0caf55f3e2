import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs of the page, each with the name of its file in the first line. */
const PROGRAM = /^```ts\n\/\/ (\S+)\.ts\n([\s\S]*?)^```$/gm;

/** Where the page shows what a step changes: the two directories, and the text that says it. */
const STEP = /(^<!-- teleport-istio diff (\S+) (\S+) -->\n\n```text\n)[\s\S]*?(^```$)/gm;

/** Values are shown as far as a line of the page goes. */
const LONGEST_LINE = 120;

/**
 * The page with what each of its steps really changes: runs its programs, and compares what they write.
 *
 * @param root the repository, compiled
 */
export function withSteps(page: string, root: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-steps-'));
  const { CDK8S_OUTDIR } = process.env;
  try {
    for (const [, name = '', program = ''] of page.matchAll(PROGRAM)) {
      if (program.includes('.synth();')) runProgram(program, root, join(directory, name));
    }
    return page.replace(
      STEP,
      (_, head, before, after, end) => `${head}${difference(root, directory, before, after)}${end}`,
    );
  } finally {
    if (CDK8S_OUTDIR === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = CDK8S_OUTDIR;
    rmSync(directory, { recursive: true });
  }
}

/** The programs are JavaScript but for the form of their imports. */
function runProgram(program: string, root: string, outdir: string): void {
  const body = program.replace(/^import \{([^}]*)\} from '[^']*';$/gm, 'const {$1} = library;');
  process.env.CDK8S_OUTDIR = outdir;
  const { write } = process.stderr;
  // What is still to do is not the page's subject.
  process.stderr.write = () => true;
  try {
    new Function('library', body)(require(join(root, 'build/lib/index.js')));
  } finally {
    process.stderr.write = write;
  }
}

function difference(root: string, cwd: string, before: string, after: string): string {
  const command = [join(root, 'build/lib/cli/main.js'), 'diff', before, after];
  const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd, encoding: 'utf8' });
  // 1 says that there are differences.
  if (status !== 0 && status !== 1) throw new Error(`diff ${before} ${after}: ${stderr}`);
  return stdout
    .split('\n')
    .map((line) => shorten(line.replace(/ {2}\([^()]*\)$/, '').replace(/\b[0-9a-f]{64}\b/g, '…')))
    .join('\n');
}

function shorten(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE - 2)} …`;
}
