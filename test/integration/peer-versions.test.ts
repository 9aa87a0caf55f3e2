import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';
import { compile, MANIFEST, npm, pack, TSCONFIG } from './packed';

/** The lower ends of the ranges in package.json, as `name@version`. */
function lowest(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${name}@${MANIFEST.peerDependencies[name]?.replace('^', '')}`);
}

function newest(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${name}@${MANIFEST.peerDependencies[name]}`);
}

let tarball: string;
beforeAll(() => {
  tarball = pack(mkdtempSync(join(tmpdir(), 'peers-')));
});
afterAll(() => rmSync(dirname(tarball), { recursive: true }));

/** Examples as a team would write them: on the package instead of its sources. */
function copyExamples(project: string, withPlus: boolean): readonly string[] {
  const examples = join(ROOT, 'examples');
  const sources = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const texts = new Map(sources.map((path) => [path, readFileSync(join(examples, path), 'utf8')]));
  const needsPlus = (text: string) => /cdk8s-plus-28|lib\/demos'/.test(text);
  for (const [path, text] of texts) {
    if (!withPlus && needsPlus(text)) continue;
    const file = join(project, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      text
        .replace(/(?:\.\.\/)+lib\/(demos|check|access)'/g, "cdk8s-teleport-istio/$1'")
        .replace(/(?:\.\.\/)+lib(?:\/[a-z]+)?'/g, "cdk8s-teleport-istio'"),
    );
  }
  return [...texts]
    .filter(([path, text]) => path.endsWith('main.ts') && (withPlus || !needsPlus(text)))
    .map(([path]) => dirname(path));
}

test.each([
  { title: 'the lowest cdk8s and constructs, without cdk8s-plus', peers: lowest('cdk8s', 'constructs'), plus: false },
  {
    title: 'the lowest cdk8s-plus',
    peers: [...lowest('cdk8s-plus-28'), ...newest('cdk8s', 'constructs')],
    plus: true,
  },
  { title: 'the newest of all', peers: newest('cdk8s', 'constructs', 'cdk8s-plus-28'), plus: true },
])(
  'every example compiles and writes the same bytes with $title',
  ({ peers, plus }) => {
    const project = mkdtempSync(join(tmpdir(), 'peers-'));
    try {
      writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
      const install = ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
      npm([...install, tarball, ...peers], project);
      cpSync(join(ROOT, 'node_modules/@types'), join(project, 'node_modules/@types'), { recursive: true });
      cpSync(join(ROOT, 'node_modules/undici-types'), join(project, 'node_modules/undici-types'), { recursive: true });
      writeFileSync(join(project, 'tsconfig.json'), TSCONFIG.replace('"*.ts"', '"*.ts", "*/*.ts"'));
      const names = copyExamples(project, plus);
      expect(names.length).toBeGreaterThan(3);
      compile(project);

      for (const name of names) {
        const outdir = join(project, 'out', name);
        execFileSync(process.execPath, [join(project, 'build', name, 'main.js')], {
          cwd: project,
          env: { ...process.env, CDK8S_OUTDIR: outdir },
          stdio: 'pipe',
        });
        expect(filesBelow(outdir)).toEqual(filesBelow(join(ROOT, 'examples', name, 'dist')));
      }
    } finally {
      rmSync(project, { recursive: true });
    }
  },
  180_000,
);

/** The lines of cdk8s-plus that are published today; -28 is not any more. */
const LIVING_LINES = [31, 32, 33, 34];

test.each(LIVING_LINES)(
  'a workload of cdk8s-plus-%i is enrolled as one of cdk8s-plus-28',
  (line) => {
    const project = mkdtempSync(join(tmpdir(), 'peers-'));
    try {
      writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
      const install = ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
      const peers = [...newest('cdk8s', 'constructs', 'cdk8s-plus-28'), `cdk8s-plus-${line}`];
      npm([...install, tarball, ...peers], project);
      cpSync(join(ROOT, 'node_modules/@types'), join(project, 'node_modules/@types'), { recursive: true });
      cpSync(join(ROOT, 'node_modules/undici-types'), join(project, 'node_modules/undici-types'), { recursive: true });
      writeFileSync(join(project, 'tsconfig.json'), TSCONFIG);
      for (const plus of [28, line]) writeFileSync(join(project, `plus-${plus}.ts`), enrollingProgram(plus));
      compile(project);

      const [before, today] = [28, line].map((plus) => {
        const outdir = join(project, 'out', `${plus}`);
        execFileSync(process.execPath, [join(project, 'build', `plus-${plus}.js`)], {
          cwd: project,
          env: { ...process.env, CDK8S_OUTDIR: outdir },
          stdio: 'pipe',
        });
        return readFileSync(join(outdir, 'web.k8s.yaml'), 'utf8');
      });
      for (const text of [before, today]) {
        expect(text).toContain('inject.istio.io/templates: sidecar,spire');
        expect(text).toContain('serviceAccountName: web');
      }
    } finally {
      rmSync(project, { recursive: true });
    }
  },
  180_000,
);

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
