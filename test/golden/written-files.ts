import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

/** Root of the repository, seen from the compiled tests. */
export const ROOT = join(__dirname, '../../..');

/**
 * The reference application, which tests pin, and its committed `dist/`. Never the repository's own `main.ts` and `dist/`: those
 * are for the cluster of whoever cloned it.
 */
export const REFERENCE = join(ROOT, 'examples/sock-shop');

// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
export type Document = any;

/** All files below a folder: path with forward slashes to text. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.sort().map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

/** The documents of a file of the reference output. */
export function documentsOf(path: string): readonly Document[] {
  return loadAll(readFileSync(join(REFERENCE, 'dist', path), 'utf8'));
}

/** What the reference application writes in another process. */
export function synthesize(cwd: string, environment: Record<string, string>): ReadonlyMap<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'dist-'));
  try {
    const env = { PATH: process.env.PATH, CDK8S_OUTDIR: outdir, ...environment };
    execFileSync(process.execPath, [join(ROOT, 'build/examples/sock-shop/main.js')], { cwd, env, stdio: 'pipe' });
    return filesBelow(outdir);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
