import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../golden/written-files';

const LOADED = new Map<string, readonly string[]>();

/** Files of this repository and packages that are loaded by requiring a module, and all that it exports, in a process of its own. */
function loadedBy(module: string): readonly string[] {
  const loaded = LOADED.get(module) ?? load(module);
  LOADED.set(module, loaded);
  return loaded;
}

function load(module: string): readonly string[] {
  const script = `Object.values(require(${JSON.stringify(join(ROOT, 'build/lib', module))})); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const files: string[] = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
  return files.map((file) => relative(ROOT, file).replaceAll('\\', '/'));
}

test('no generated class is loaded: imports/ gives types only', () => {
  expect(loadedBy('index.js').filter((file) => file.startsWith('build/imports/'))).toEqual([]);
});

test('cdk8s-plus is needed by the demos only: a mesh is synthesized where it is not installed', () => {
  expect(
    synthesizedWithoutPlus("new MeshNamespace(app, 'shop', { mesh }).addService('web', { image: 'web:1.0' });"),
  ).toBe('');
  expect(synthesizedWithoutPlus("new (entryPoint('demos').TestApp)(app, 'test-app', { mesh });")).toBe(
    'cdk8s-plus-28 is not installed',
  );
});

/** Why a program does not synthesize where cdk8s-plus cannot be loaded; the empty string if it does. */
function synthesizedWithoutPlus(statement: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'without-plus-'));
  const program = `
    const Module = require('node:module');
    const load = Module._load;
    Module._load = function (name, ...rest) {
      if (name.startsWith('cdk8s-plus-')) throw new Error(name + ' is not installed');
      return load.call(this, name, ...rest);
    };
    const entryPoint = (name) => require(${JSON.stringify(join(ROOT, 'build/lib'))} + '/' + name + '.js');
    try {
      const { MeshApp, MeshNamespace, KubernetesJoin, TeleportCluster, TeleportMesh } = entryPoint('index');
      const app = new MeshApp({ outdir: 'out' });
      const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('example.teleport.sh'), join: KubernetesJoin.staticJwks(undefined) });
      ${statement}
      app.synth();
    } catch ({ message }) {
      process.stdout.write(message);
    }`;
  try {
    return execFileSync(process.execPath, ['-e', program], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('importing the constructs loads neither the rules of the checker nor the evaluator', () => {
  expect(
    loadedBy('index.js').filter((file) =>
      /^build\/lib\/(analysis\/(check\/(rules|context)|schema|policy|access|matrix)|cli)\//.test(file),
    ),
  ).toEqual([]);
});

test('Graphviz is loaded by nothing but a drawing, on a thread of its own', () => {
  const graphviz = ['index.js', 'check.js', 'access.js']
    .flatMap(loadedBy)
    .filter((file) => /wasm-graphviz|graphviz-worker/.test(file));

  expect(graphviz).toEqual([]);
});
