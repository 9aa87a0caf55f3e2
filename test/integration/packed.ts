import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../golden/written-files';
import { PREFIX } from '../setup/make-temporary-folder';

/** package.json as published. */
export const MANIFEST: {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What a program may import, as it writes it. */
export const ENTRY_POINTS = Object.keys(MANIFEST.exports)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => join(MANIFEST.name, path).replaceAll('\\', '/'));

/**
 * The path of the tarball of what is compiled now. It is packed once for a run, whose temporary folder is new; another worker may do so at the
 * same time, so it gets its name when it is complete.
 */
export function packed(): string {
  const { name, version } = MANIFEST;
  const tarball = join(tmpdir(), `${name}-${version}.tgz`);
  if (!basename(tmpdir()).startsWith(PREFIX) || !existsSync(tarball)) {
    const directory = mkdtempSync(join(tmpdir(), 'packed-'));
    npm(['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], ROOT);
    renameSync(join(directory, basename(tarball)), tarball);
  }
  return tarball;
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
  try {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', '.'], { cwd: project, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    // The compiler's own words, in place of its command line.
    throw new Error((error as { stdout?: string }).stdout || String(error));
  }
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
