import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../golden/written-files';
import { packed } from './packed';

const installed = (name: string) => join(ROOT, 'node_modules', name);
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** What the package asks for, as installed with the repository: linked, so that no network is needed. */
const OWN_DEPENDENCIES = Object.keys(dependencies);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'init-project-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function npm(cwd: string, ...args: readonly string[]): string {
  const quiet = ['--offline', '--yes', '--ignore-scripts', '--no-audit', '--no-fund', `--cache=${folder}/cache`];
  return execFileSync('npm', [...quiet, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Lets the packed tarball and what is installed here stand in for a registry. */
function linkDependencies(project: string, tarball: string): void {
  const file = join(project, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const link = (name: string) => [name, `file:${name === 'cdk8s-teleport-istio' ? tarball : installed(name)}`] as const;
  const links = (names: readonly string[]) => Object.fromEntries(names.map(link));
  manifest.dependencies = links([...Object.keys(manifest.dependencies), ...OWN_DEPENDENCIES]);
  manifest.devDependencies = links(Object.keys(manifest.devDependencies));
  writeFileSync(file, JSON.stringify(manifest));
}

test('from the packed package to a checked output: init, install, synth, test', () => {
  const tarball = packed();
  const packages = [tarball, ...[...OWN_DEPENDENCIES, 'cdk8s', 'constructs'].map(installed)];
  npm(folder, 'exec', ...packages.map((path) => `--package=${path}`), '--', 'teleport-istio', 'init', 'demo', '--yes');

  const project = join(folder, 'demo');
  linkDependencies(project, tarball);
  npm(project, 'install');
  npm(project, 'run', 'synth');
  expect(readdirSync(join(project, 'dist')).sort()).toEqual([
    '.teleport-istio',
    '00-namespaces.k8s.yaml',
    'demo-policies.k8s.yaml',
    'demo.k8s.yaml',
    'istio',
    'mesh.k8s.yaml',
    'teleport',
  ]);
  const output = npm(project, 'test');
  expect(output).toMatch(/^no findings in \d+ files$/m);
  expect(output).toMatch(/^(\d+) of \1 expectations hold$/m);
}, 120_000);
