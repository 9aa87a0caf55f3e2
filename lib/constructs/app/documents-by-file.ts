import type { WrittenObject } from './duplicate-objects';

/** The manifests of each file, in the order in which they are written. */
export function documentsByFile(objects: readonly WrittenObject[]): ReadonlyMap<string, WrittenObject['manifest'][]> {
  const files = new Map<string, WrittenObject['manifest'][]>();
  for (const { file, manifest } of objects) {
    const inFile = files.get(file);
    if (inFile === undefined) files.set(file, [manifest]);
    else inFile.push(manifest);
  }
  return files;
}
