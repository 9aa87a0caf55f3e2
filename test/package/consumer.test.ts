import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
/** What the package asks for and everything below it, as installed with the repository: linked, so that no network is needed. */
function installedDependencies(): readonly string[] {
  const found = new Set<string>();
  const add = (directory: string, fields: readonly string[]): void => {
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    for (const name of fields.flatMap((field) => Object.keys(manifest[field] ?? {}))) {
      const installed = join(ROOT, 'node_modules', name);
      // What is bundled inside another package is not beside it.
      if (found.has(installed) || !existsSync(installed)) continue;
      found.add(installed);
      add(installed, ['dependencies']);
    }
  };
  add(ROOT, ['dependencies', 'peerDependencies']);
  return [...found, join(ROOT, 'node_modules/@types/node'), join(ROOT, 'node_modules/undici-types')];
}

const MAIN = `
import { Deployment } from 'cdk8s-plus-28';
import { MeshApp, MeshNamespace, Port, TeleportCluster, TeleportMesh } from 'cdk8s-teleport-istio';

const app = new MeshApp();
const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('acme.teleport.sh') });
const shop = new MeshNamespace(app, 'shop', { mesh });
const web = shop.addService('web', { image: 'ghcr.io/acme/web:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] });
const worker = mesh.enroll(
  new Deployment(shop, 'worker', {
    metadata: { name: 'worker', namespace: shop.name },
    containers: [{ image: 'ghcr.io/acme/worker:1.0.0' }],
  }),
);
web.allowFrom(worker.identity, { methods: ['GET'] });
app.synth();
`;

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'consumer-'));
  const tarball = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', project], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim();
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', [...install, `./${tarball}`, ...installedDependencies()], { cwd: project, stdio: 'pipe' });
  writeFileSync(join(project, 'main.ts'), MAIN);
  const compilerOptions = {
    strict: true,
    target: 'es2022',
    module: 'node20',
    outDir: 'build',
    rootDir: '.',
    types: ['node'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['main.ts'] }));
}, 60_000);
afterAll(() => rmSync(project, { recursive: true }));

test("a team's own TypeScript project compiles against the packed package and synthesizes with it", () => {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });
  execFileSync(process.execPath, ['build/main.js'], { cwd: project, stdio: 'pipe' });

  expect(readdirSync(join(project, 'dist')).sort()).toEqual([
    '00-namespaces.k8s.yaml',
    'istio',
    'mesh.k8s.yaml',
    'shop-policies.k8s.yaml',
    'shop.k8s.yaml',
    'teleport',
  ]);
  const policies = readFileSync(join(project, 'dist/shop-policies.k8s.yaml'), 'utf8');
  expect(policies).toContain('acme.teleport.sh/ns/shop/sa/worker');
}, 60_000);

test('the package holds compiled code and its documents, no tests, no sources and no output', () => {
  const files = readdirSync(join(project, 'node_modules/cdk8s-teleport-istio'), { recursive: true, encoding: 'utf8' });

  expect(files).toEqual(
    expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'build/lib/index.js', 'build/lib/index.d.ts']),
  );
  expect(
    files.filter((file) => /(^|\/)(test|dist|bench|examples)(\/|$)|\.map$|(?<!\.d)\.ts$|tsbuildinfo/.test(file)),
  ).toEqual([]);
});
