import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblem, loadFile } from './load-file';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem } from './read-problem';
import { VARIANTS_FOLDER } from './variants';

/** Files that were read, and why others were not. */
export interface FolderContent {
  readonly files: readonly ManifestFile[];
  readonly problems: readonly ReadProblem[];
}

/** Reads a file, or the manifests of a folder and all folders below but variants, hidden ones and `node_modules`. Never throws. */
export function readFolder(path: string): FolderContent {
  const read = pathsBelow(path).map((found) => (typeof found === 'string' ? loadFile(found) : found));
  return {
    files: read.filter((one) => 'text' in one),
    problems: read.filter((one) => 'problem' in one),
  };
}

function pathsBelow(path: string): readonly (string | ReadProblem)[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const found = below(path);
    return found.length > 0 ? found : [fileProblem('file-unreadable', path, 'no .yaml or .yml file is in the folder')];
  } catch (error) {
    return [fileProblem('file-unreadable', path, `it cannot be read: ${(error as Error).message}`)];
  }
}

function below(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files = entries.filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name));
  const folders = entries.filter((entry) => entry.isDirectory() && !isSkipped(entry.name));
  return [...files.map(({ name }) => join(folder, name)), ...folders.flatMap(({ name }) => below(join(folder, name)))];
}

function isSkipped(name: string): boolean {
  return name === 'node_modules' || name === VARIANTS_FOLDER || name.startsWith('.');
}
