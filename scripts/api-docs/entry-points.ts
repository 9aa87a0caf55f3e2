import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the repository, seen from the compiled scripts. */
export const ROOT = join(__dirname, '../../..');

/** One way into the package. */
export interface EntryPoint {
  /** Name of its files in docs/api. */
  readonly id: string;
  /** As it is imported. */
  readonly path: string;
  /** Its declarations, relative to the root. */
  readonly types: string;
}

/** Whatever package.json lets others import, except itself. */
export function entryPoints(): readonly EntryPoint[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.entries(manifest.exports as Record<string, string | { types: string }>).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ id: path === '.' ? 'index' : path.slice(2), path: `${manifest.name}${path.slice(1)}`, types: target.types }],
  );
}
