import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../cli/run-cli';

const CASES = join(__dirname, '../../../test/cases');

/** What the answer to a case must be. */
interface Expected {
  /** Rules that must all be among the findings. */
  readonly rules?: readonly string[];
  /** Rules one of which must be among the findings. */
  readonly anyRules?: readonly string[];
  /** Rules that must not be among the findings; `*` stands for all that are not wanted. */
  readonly notRules?: readonly string[];
  /** Number of findings at most. */
  readonly max?: number;
  /** How the output begins. */
  readonly verdict?: string;
  /** Texts the output must have. */
  readonly contains?: readonly string[];
  /** Texts the output must not have. */
  readonly lacks?: readonly string[];
  /** The exit code. */
  readonly rc?: number;
}

/** A small input with its true answer, as `expected.json` in its folder has it. */
interface Case {
  readonly command: readonly string[];
  readonly expect: Expected;
  /** Where the input comes from. */
  readonly source: string;
  /** Why the answer is what it is. */
  readonly note?: string;
}

/** Cases with a wrong answer today; a case whose answer becomes right has to leave this list. */
const OPEN: ReadonlySet<string> = new Set([]);

const NAMES = readdirSync(CASES).filter((name) => existsSync(join(CASES, name, 'expected.json')));

describe('small inputs with true answers', () => {
  it.each(NAMES)('%s', async (name) => {
    const wrong = await wrongOf(name);
    if (OPEN.has(name)) expect(wrong).not.toEqual([]);
    else expect(wrong).toEqual([]);
  });

  it('knows every open case', () => {
    expect([...OPEN].filter((name) => !NAMES.includes(name))).toEqual([]);
  });
});

/** What is wrong with the answer to a case; nothing if it is right. */
async function wrongOf(name: string): Promise<readonly string[]> {
  const folder = join(CASES, name);
  const { command, expect: want } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Case;
  const isCheck = command[0] === 'check';
  const args = isCheck && !command.includes('-o') ? [...command, '-o', 'json'] : command;
  const { exitCode, stdout, stderr } = await runCli(args, { cwd: folder });
  const wrong = isCheck ? wrongFindings(stdout, want) : wrongText(stdout + stderr, want);
  return want.rc === undefined || want.rc === exitCode ? wrong : [...wrong, `exit code ${exitCode}`];
}

function wrongFindings(stdout: string, { rules = [], anyRules, notRules = [], max }: Expected): readonly string[] {
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly rule: string }[] };
  const found = new Set(findings.map(({ rule }) => rule));
  const isWanted = (rule: string) => rules.includes(rule) || anyRules?.includes(rule) === true;
  return [
    ...rules.filter((rule) => !found.has(rule)).map((rule) => `not found: ${rule}`),
    ...(anyRules === undefined || anyRules.some((rule) => found.has(rule)) ? [] : [`none found of ${anyRules}`]),
    ...[...found]
      .filter((rule) => notRules.includes(rule) || (notRules.includes('*') && !isWanted(rule)))
      .map((rule) => `found: ${rule}`),
    ...(max === undefined || findings.length <= max ? [] : [`${findings.length} findings`]),
  ];
}

function wrongText(output: string, { verdict, contains = [], lacks = [] }: Expected): readonly string[] {
  return [
    ...(verdict === undefined || output.startsWith(verdict) ? [] : [`begins with ${output.split('\n')[0]}`]),
    ...contains.filter((text) => !output.includes(text)).map((text) => `does not have: ${text}`),
    ...lacks.filter((text) => output.includes(text)).map((text) => `has: ${text}`),
  ];
}
