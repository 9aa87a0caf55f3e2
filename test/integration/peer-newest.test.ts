import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, ENTRY_POINTS, TSCONFIG } from './packed';
import { newest, PeerProject } from './peer-project';

/** The lines of cdk8s-plus that are published today; -28 is not any more. */
const LIVING_LINES = [31, 32, 33, 34];

/** The lowest release of TypeScript that README names; below it cdk8s' own declarations do not compile either. */
const LOWEST_TYPESCRIPT = '5.0.4';

/** All of them in one project, which is installed once. */
let project: PeerProject;
beforeAll(() => {
  project = PeerProject.install([
    ...newest('cdk8s', 'constructs', 'cdk8s-plus-28'),
    ...LIVING_LINES.map((line) => `cdk8s-plus-${line}`),
    '@types/jest@29',
    `typescript@${LOWEST_TYPESCRIPT}`,
  ]);
}, 180_000);
afterAll(() => project.remove());

test('every example compiles and writes the same bytes with the newest of all', () => {
  const { written, committed } = project.runExamples({ plus: true });
  expect(written.size).toBeGreaterThan(3);
  expect(written).toEqual(committed);
}, 180_000);

test('a workload of every published line of cdk8s-plus is enrolled as one of cdk8s-plus-28', () => {
  const lines = [28, ...LIVING_LINES];
  const directory = join(project.directory, 'enrolling');
  mkdirSync(directory);
  writeFileSync(join(directory, 'tsconfig.json'), TSCONFIG);
  for (const line of lines) writeFileSync(join(directory, `plus-${line}.ts`), enrollingProgram(line));
  compile(directory);

  for (const line of lines) {
    const outdir = join(directory, 'out', `${line}`);
    execFileSync(process.execPath, [join(directory, 'build', `plus-${line}.js`)], {
      env: { ...process.env, CDK8S_OUTDIR: outdir },
      stdio: 'pipe',
    });
    const text = readFileSync(join(outdir, 'web.k8s.yaml'), 'utf8');
    expect({ line, text }).toEqual({ line, text: expect.stringContaining('inject.istio.io/templates: sidecar,spire') });
    expect({ line, text }).toEqual({ line, text: expect.stringContaining('serviceAccountName: web') });
  }
}, 180_000);

test.each([
  ['node16', 'node16'],
  ['commonjs', 'node10'],
])(
  'a program on every entry point compiles with the lowest TypeScript as %s, which checks the declarations too',
  (module, resolution) => {
    const imports = ENTRY_POINTS.map((name, index) => `import * as e${index} from '${name}';`);
    const uses = `console.log(${ENTRY_POINTS.map((_, index) => `e${index}`).join(', ')});`;
    writeFileSync(join(project.directory, 'entry-points.ts'), [...imports, uses, ''].join('\n'));
    const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node,jest'];

    expect(
      compiledWithLowest([...strict, '--module', module, '--moduleResolution', resolution, 'entry-points.ts']),
    ).toBe('');
  },
  180_000,
);

function compiledWithLowest(flags: readonly string[]): string {
  const compiler = join(project.directory, 'node_modules/typescript/bin/tsc');
  try {
    return execFileSync(process.execPath, [compiler, ...flags], {
      cwd: project.directory,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

function enrollingProgram(plus: number): string {
  return `import { Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-${plus}';
import { MeshApp, MeshNamespace, TeleportCluster, TeleportMesh } from 'cdk8s-teleport-istio';

const app = new MeshApp();
const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('example.teleport.sh') });
new MeshNamespace(app, 'shop', { mesh });
const chart = new Chart(app, 'web', { namespace: 'shop' });
mesh.enroll(new Deployment(chart, 'web', { metadata: { name: 'web' }, containers: [{ image: 'example/web:1', portNumber: 8080 }] }));
app.synth();
`;
}
