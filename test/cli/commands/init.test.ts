import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { filesBelow, ROOT } from '../../golden/written-files';
import { runCli } from '../run-cli';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

test('--yes writes a project with the releases this package is made with', async () => {
  const { exitCode, stdout, stderr } = await runCli(['init', 'demo', '--yes'], { cwd });
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  expect(stderr).toContain('next: cd demo && npm install && npm test');
  expect(readdirSync(join(cwd, 'demo')).sort()).toEqual([
    '.gitignore',
    'README.md',
    'access.yaml',
    'cdk8s.yaml',
    'main.ts',
    'package.json',
    'tsconfig.json',
  ]);
  expect(JSON.parse(readFileSync(join(cwd, 'demo/package.json'), 'utf8'))).toMatchObject({
    name: 'demo',
    dependencies: {
      // A version that is not published is a name that anybody could take.
      'cdk8s-teleport-istio': `file:${relative(join(realpathSync(cwd), 'demo'), ROOT)}`,
      cdk8s: own.peerDependencies.cdk8s,
      constructs: own.peerDependencies.constructs,
    },
    devDependencies: { typescript: own.devDependencies.typescript },
  });
});

test('what no flag says is asked; an empty answer takes what is offered, and one that is not a choice is asked again', async () => {
  const answers = ['teleport.acme.com', 'acme', 'ldap', 'oidc', 'https://issuer.acme.com', '', 'hostPath', 'shop, web'];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers[asked.length - 1] ?? '';
  };
  const { exitCode, stderr } = await runCli(['init', '--kubernetes', '1.31'], {
    cwd,
    interactive: true,
    ask,
  });

  expect(asked).toHaveLength(answers.length);
  expect(stderr).toContain('"ldap" is not one of static_jwks, oidc, in_cluster');
  expect({ exitCode, asked: asked.join('\n') }).toEqual({
    exitCode: 0,
    asked: expect.not.stringContaining('Kubernetes'),
  });
  const main = readFileSync(join(cwd, 'main.ts'), 'utf8');
  for (const text of [
    "name: 'acme', proxyAddress: 'teleport.acme.com:443'",
    'https://issuer.acme.com',
    '1.31.4',
    '1.31',
  ])
    expect(main).toContain(text);
});

test('a new project gets the package from where the project around it has it', async () => {
  const said = (dependencies: unknown) => {
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ dependencies }));
    return runCli(['init', 'nested/demo', '--yes'], { cwd }).then(() => {
      const { dependencies: own } = JSON.parse(readFileSync(join(cwd, 'nested/demo/package.json'), 'utf8'));
      rmSync(join(cwd, 'nested'), { recursive: true });
      return own['cdk8s-teleport-istio'];
    });
  };
  const address = 'git+https://git.example.com/platform/cdk8s-teleport-istio.git#0123456';

  expect(await said({ 'cdk8s-teleport-istio': address })).toBe(address);
  expect(await said({ 'cdk8s-teleport-istio': '^0.1.0' })).toBe('^0.1.0');
  expect(await said({ 'cdk8s-teleport-istio': 'file:vendor/package.tgz' })).toBe('file:../../vendor/package.tgz');
  for (const hostile of [null, [], { 'cdk8s-teleport-istio': 1 }]) expect(await said(hostile)).toMatch(/^file:/);
});

test('nothing is overwritten, and nothing is written beside what is there', async () => {
  writeFileSync(join(cwd, 'main.ts'), 'mine');
  const { exitCode, stderr } = await runCli(['init', '--yes'], { cwd });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('the directory already has main.ts');
  expect(filesBelow(cwd)).toEqual(new Map([['main.ts', 'mine']]));
});

test.each([
  [['init', '--yes', '--join', 'ldap'], 'Allowed choices are static_jwks, oidc, in_cluster'],
  [['init', '--yes', '--join', 'oidc'], 'needs an issuer'],
  [['init', '--yes', '--issuer', 'https://a.example'], '--issuer requires --join oidc'],
  [['init', '--yes', '--istio', '1.27'], '1.29, 1.30, 1.31 or 1.32'],
  [['init', '--yes', '--namespace', 'Shop'], 'not a valid namespace name'],
])('%j is refused, and nothing is written', async (args, problem) => {
  const { exitCode, stderr } = await runCli(args, { cwd });

  expect(exitCode).toBe(2);
  expect(stderr).toContain(problem);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a link that leads nowhere is not followed, and nothing is written beside it', async () => {
  mkdirSync(join(cwd, 'demo'));
  symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'demo/main.ts'));
  const { exitCode, stderr } = await runCli(['init', 'demo', '--yes'], { cwd });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('the directory already has main.ts');
  expect(readdirSync(cwd)).toEqual(['demo']);
  expect(readdirSync(join(cwd, 'demo'))).toEqual(['main.ts']);
});

test('a directory is named so that a shell runs nothing of it', async () => {
  const { stderr } = await runCli(['init', '$(id) x', '--yes'], { cwd });

  expect(stderr).toContain("next: cd '$(id) x' && npm install");
});

test('where nobody can answer, nothing is asked', async () => {
  const { exitCode, stderr } = await runCli(['init'], { cwd, stdin: '' });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('--yes');
});
