import { execFileSync } from 'node:child_process';
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

test('cdk8s-plus is loaded by the demos only, so that the package works without it', () => {
  const plus = (module: string) => loadedBy(module).some((file) => file.includes('cdk8s-plus-'));

  expect(plus('index.js')).toBe(false);
  expect(plus('demos.js')).toBe(true);
});

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
