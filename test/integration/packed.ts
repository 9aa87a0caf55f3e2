import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../golden/written-files';

/** package.json as published. */
export const MANIFEST: {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What a program may import, as it writes it. */
export const ENTRY_POINTS = Object.keys(MANIFEST.exports)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => join(MANIFEST.name, path).replaceAll('\\', '/'));

/** Packs what is compiled now, without compiling again, and returns the tarball's path. */
export function pack(directory: string): string {
  const tarball = npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], ROOT).trim();
  return join(directory, tarball);
}

/** What the package asks for and everything below it, as installed with the repository: linked, so that no network is needed. */
export function installedDependencies(): readonly string[] {
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

/** Runs npm, also where it is a script and not a program. */
export function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
}

/** Compiles a project as its team would. */
export function compile(project: string): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });
}

/** A strict project that also checks the declarations of what it imports. */
export const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    target: 'es2022',
    module: 'node20',
    outDir: 'build',
    rootDir: '.',
    types: ['node'],
  },
  include: ['*.ts', '*.mts'],
});
