import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { ROOT } from '../golden/written-files';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const TEXT = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const ACTION = load(TEXT) as Action;

const EMPTY_ALLOW = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: web, namespace: sock-shop }
spec: { rules: [{ from: [{ source: { notPrincipal: [x] } }] }] }
`;

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'action-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(ROOT, join(project, 'node_modules/cdk8s-teleport-istio'));
  cpSync(join(ROOT, 'examples/sock-shop/dist'), join(project, 'dist'), { recursive: true });
});
afterEach(() => rmSync(project, { recursive: true }));

/** Runs the steps as GitHub's runner does: expressions replaced, outputs read from a file, the first failure ends it. */
function runAction(given: Readonly<Record<string, string>>) {
  const inputs: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(ACTION.inputs).map(([name, input]) => [name, input.default])),
    ...given,
  };
  const outputs = new Map<string, string>();
  const value = (expression: string): string => {
    const [, input] = /^inputs\.([\w-]+)$/.exec(expression) ?? [];
    if (input !== undefined) return inputs[input] ?? `no input ${input}`;
    if (expression === 'github.action_path') return ROOT;
    const [, output] = /^steps\.([\w-]+\.outputs\.[\w-]+)$/.exec(expression) ?? [];
    return outputs.get(`${output}`) ?? '';
  };
  const fill = (text: string) => text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => value(expression));
  const holds = (condition: string | undefined): boolean => {
    if (condition === undefined) return true;
    const [, left, operator, right] = /^\$\{\{ (\S+) (==|!=) '(.*)' \}\}$/.exec(condition) ?? [];
    return (value(`${left}`) === right) === (operator === '==');
  };
  const uploaded: string[] = [];
  let text = '';
  let status = 0;
  for (const step of ACTION.runs.steps.filter((one) => holds(one.if))) {
    if (step.uses !== undefined) {
      uploaded.push(fill(`${step.with?.sarif_file}`));
      continue;
    }
    const file = join(project, 'outputs.txt');
    writeFileSync(file, '');
    const result = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run ?? ''], {
      cwd: join(project, inputs['working-directory'] ?? '.'),
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        RUNNER_TEMP: project,
        GITHUB_OUTPUT: file,
        GITHUB_STEP_SUMMARY: join(project, 'summary.md'),
        ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, one]) => [name, fill(one)])),
      },
    });
    text += result.stdout + result.stderr;
    for (const [, name, one] of readFileSync(file, 'utf8').matchAll(/^(\w+)=(.*)$/gm)) {
      outputs.set(`${step.id}.outputs.${name}`, `${one}`);
    }
    status = result.status ?? -1;
    if (status !== 0) break;
  }
  const filled = Object.entries(ACTION.outputs).map(([name, output]) => [name, fill(output.value)] as const);
  return { status, text, uploaded, outputs: Object.fromEntries(filled) };
}

test('the action passes sound manifests, and uploads a report without results', () => {
  const { status, uploaded, outputs } = runAction({});

  expect(status).toBe(0);
  expect(uploaded).toEqual([join(project, 'teleport-istio.sarif')]);
  expect(JSON.parse(readFileSync(`${outputs.sarif}`, 'utf8')).runs[0].results).toEqual([]);
  expect(outputs).toMatchObject({ comment: '', 'access-differs': '' });
});

test('the action fails at findings only after their upload and the comparison', () => {
  cpSync(join(project, 'dist'), join(project, 'before'), { recursive: true });
  writeFileSync(join(project, 'dist/extra.k8s.yaml'), EMPTY_ALLOW);

  const { status, uploaded, text, outputs } = runAction({ against: 'before' });

  expect(status).toBe(1);
  expect(text).toContain('::error');
  expect(uploaded).toHaveLength(1);
  expect(JSON.parse(readFileSync(`${outputs.sarif}`, 'utf8')).runs[0].results).not.toEqual([]);
  expect(outputs.comment).not.toBe('');
});

test('the action says what a change opens, as the body of a comment and in the summary of the job', () => {
  cpSync(join(project, 'dist'), join(project, 'before'), { recursive: true });
  writeFileSync(
    join(project, 'dist/extra.k8s.yaml'),
    EMPTY_ALLOW.replace('from: [{ source: { notPrincipal: [x] } }]', 'to: [{ operation: { methods: [GET] } }]'),
  );

  const { status, outputs } = runAction({ against: 'before', upload: 'false' });

  expect(status).toBe(0);
  expect(outputs['access-differs']).toBe('true');
  const comment = readFileSync(`${outputs.comment}`, 'utf8');
  expect(comment).toContain('**opened**');
  expect(readFileSync(join(project, 'summary.md'), 'utf8')).toBe(comment);
  expect(runAction({ against: 'dist' }).outputs['access-differs']).toBe('false');
});

test('a hostile input of the action is a name, never a command', () => {
  const hostile = '$(touch pwned)\n`touch pwned`\n"; touch pwned; "\n--help';

  const { status } = runAction({ files: hostile, target: '$(touch pwned)', upload: 'false' });

  expect(status).not.toBe(0);
  expect(() => readFileSync(join(project, 'pwned'))).toThrow('ENOENT');
  for (const { run } of ACTION.runs.steps) expect(run ?? '').not.toContain('${{');
});

test('the action uses other actions by digest, with the release beside it', () => {
  const uses = [...TEXT.matchAll(/uses: (.*)/g)].map(([, action]) => action);

  expect(uses).toHaveLength(1);
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+(\/[\w-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('the pre-commit hook checks the directories in its arguments with the version that the project has', () => {
  const [hook] = load(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as readonly {
    readonly entry: string;
    readonly args: readonly string[];
    readonly language: string;
  }[];
  // pre-commit runs a script of the hook's repository in the user's.
  const run = () => spawnSync(join(ROOT, `${hook?.entry}`), hook?.args ?? [], { cwd: project, encoding: 'utf8' });

  expect(hook?.language).toBe('script');
  expect(run().status).toBe(0);
  writeFileSync(join(project, 'dist/extra.k8s.yaml'), EMPTY_ALLOW);
  expect(run().status).toBe(1);
});
