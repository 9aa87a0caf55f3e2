import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../golden/written-files';
import { npm, packed } from './packed';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'contents-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function program(path: string, ...args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, [join(ROOT, 'node_modules', path), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
}

test('packing compiles afresh, and takes compiled sources, what they refer to and documents: nothing else', () => {
  const checkout = join(directory, 'checkout');
  const left = ['.git', 'build', 'coverage', 'node_modules'].map((name) => join(ROOT, name));
  cpSync(ROOT, checkout, { recursive: true, filter: (path) => !left.includes(path) });
  mkdirSync(join(checkout, 'build/lib'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'), 'junction');
  for (const stale of ['build/lib/deleted-long-ago.js', 'build/.tsbuildinfo']) {
    writeFileSync(join(checkout, stale), '');
  }
  // What npm itself reports when the package is made.
  const files = (JSON.parse(npm(['pack', '--silent', '--json'], checkout)) as { files: { path: string }[] }[])
    .flatMap((tarball) => tarball.files)
    .map(({ path }) => path);

  expect(files).toEqual(
    expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'build/lib/index.js']),
  );
  expect(files).not.toContain('build/lib/deleted-long-ago.js');
  // The code of a module is in the bundle of its room, and in no second file.
  expect(files).toContain('build/lib/base/bundle.js');
  expect(files).not.toContain('build/lib/base/json.js');
  const compiled = /^build\/lib\/.*(\.js|\.d\.ts|\.json)$/;
  expect(files.filter((file) => !compiled.test(file)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    // For editors, of tables of expectations.
    'access.schema.json',
    // The words of Istio's API that a policy may be given as they are.
    'build/imports/istio-security.istio.io.d.ts',
    'package.json',
  ]);
}, 60_000);

test('publint finds nothing to say about package.json', () => {
  expect(program('publint/src/cli.js', packed(), '--strict')).toContain('All good');
});

test('every way of resolving modules finds code and types of every entry point', () => {
  program('@arethetypeswrong/cli/dist/index.js', packed());
});
