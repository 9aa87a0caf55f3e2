import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { run } from './measure';

const ROOT = join(__dirname, '../..');
const TEMPLATE = join(ROOT, 'node_modules/cdk8s-cli/templates/typescript-app');

/**
 * What `cdk8s init typescript-app` makes, with the objects of a folder written down in its main.ts, in a temporary folder.
 * It needs packages that this repository does not have (ts-node and the TypeScript it takes): without a registry, undefined.
 */
export function stockApp(output: string): string | undefined {
  const project = mkdtempSync(join(tmpdir(), 'stock-app-'));
  for (const file of ['cdk8s.yaml', 'tsconfig.json']) copyFileSync(join(TEMPLATE, file), join(project, file));
  const template = readFileSync(join(TEMPLATE, 'package.json'), 'utf8');
  const asked = (name: string) => new RegExp(`"${name}": "([^"{]+)"`).exec(template)?.[1] ?? 'latest';
  const installed = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
  const versions = {
    ...Object.fromEntries(['cdk8s', 'constructs', 'cdk8s-cli'].map((name) => [name, installed(name)])),
    ...Object.fromEntries(['typescript', 'ts-node', '@types/node'].map((name) => [name, asked(name)])),
  };
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, scripts: { synth: 'cdk8s synth' }, dependencies: versions }),
  );
  writeFileSync(join(project, 'main.ts'), mainOf(output));
  try {
    run({ command: 'npm', args: ['install', '--ignore-scripts', '--no-audit', '--no-fund'], cwd: project });
    return project;
  } catch {
    rmSync(project, { recursive: true });
    return undefined;
  }
}

/** A chart for each file, an ApiObject for each document. */
function mainOf(output: string): string {
  const charts = manifestFiles(output).map((file) => {
    const objects = loadAll(readFileSync(join(output, file), 'utf8')).map(
      (manifest, index) => `    new ApiObject(this, 'object-${index}', ${JSON.stringify(manifest)});`,
    );
    return `class Chart${basename(file, '.k8s.yaml').replaceAll('-', '_')} extends Chart {
  constructor(scope: Construct) {
    super(scope, '${basename(file, '.k8s.yaml')}');
${objects.join('\n')}
  }
}
new Chart${basename(file, '.k8s.yaml').replaceAll('-', '_')}(app);
`;
  });
  return `import { Construct } from 'constructs';
import { ApiObject, App, Chart } from 'cdk8s';

const app = new App();
${charts.join('')}app.synth();
`;
}

/** A folder that `kubectl kustomize` takes: the same objects, as files. */
export function kustomization(output: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kustomization-'));
  mkdirSync(folder, { recursive: true });
  const files = manifestFiles(output);
  for (const file of files) copyFileSync(join(output, file), join(folder, file));
  writeFileSync(join(folder, 'kustomization.yaml'), `resources:\n${files.map((file) => `- ${file}\n`).join('')}`);
  return folder;
}

function manifestFiles(output: string): readonly string[] {
  return readdirSync(output)
    .filter((file) => file.endsWith('.k8s.yaml'))
    .sort();
}
