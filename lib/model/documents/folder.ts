import { findFiles } from './find-files';
import { loadFile } from './load-file';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem } from './read-problem';

/** Files that were read, and why others were not. */
export interface FolderContent {
  readonly files: readonly ManifestFile[];
  readonly problems: readonly ReadProblem[];
}

/** Reads a file, or the manifests of a directory as the commands do: all directories below but variants, hidden ones and `node_modules`. Never throws. */
export function readFolder(path: string): FolderContent {
  const found = findFiles(path, { cwd: '.', isLeftOut: () => false }).files;
  const read = found.map((file) => (typeof file === 'string' ? loadFile(file) : file));
  return {
    files: read.filter((one) => 'text' in one),
    problems: read.filter((one) => 'problem' in one),
  };
}
