import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ReadProblem } from './read-problem';
import { VARIANTS_FOLDER } from './variants';

/** What kubectl reads from a directory. */
const MANIFEST = /\.(ya?ml|json)$/;

/** Directories with nothing of the user's, and the one that holds alternatives which are not to be applied with the rest. */
const SKIPPED = new RegExp(`^(node_modules|\\..+|${VARIANTS_FOLDER})$`);

/** Those of them that somebody may not expect to be passed over. */
const PASSED_OVER = /^(node_modules|\..+)$/;

/** How many entries of a directory that is passed over are looked at for manifests. */
const MOST_ENTRIES = 2_000;

/** What was found under a path that the user named. */
export interface FoundFiles {
  /** Files to read, or why one cannot be. */
  readonly files: readonly (string | ReadProblem)[];
  /** Directories that are passed over although YAML files are in them. */
  readonly passedOver: readonly string[];
}

/** How files are looked for. */
export interface FindOptions {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Whether a file or directory is left out, by its path as it would be printed. */
  readonly isLeftOut: (path: string) => boolean;
}

/** The files a path stands for; whatever there is to read it will do, a named pipe too. */
export function findFiles(path: string, options: FindOptions): FoundFiles {
  const { cwd, isLeftOut } = options;
  const kind = kindOf(resolve(cwd, path));
  if (kind === undefined) return only(unreadable(path, 'no-file', `no file or directory "${path}"`));
  if (isLeftOut(path)) return { files: [], passedOver: [] };
  if (kind !== 'folder') return only(path);
  const found = manifestsBelow(path.replace(/(?<=.)\/+$/, ''), options);
  if (found.files.length > 0) return found;
  return {
    ...found,
    files: [unreadable(path, 'no-manifests', `the directory "${path}" contains no .yaml, .yml or .json file`)],
  };
}

function only(file: string | ReadProblem): FoundFiles {
  return { files: [file], passedOver: [] };
}

/** Files of each directory before those of the directories in it; without recursion, as a tree may be deeper than the stack. */
function manifestsBelow(top: string, { cwd, isLeftOut }: FindOptions): FoundFiles {
  const found: (string | ReadProblem)[] = [];
  const passedOver: string[] = [];
  const left = [top];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const entries = entriesOf(cwd, folder);
    if ('problem' in entries) {
      found.push(entries);
      continue;
    }
    const paths = (names: readonly Dirent[]) =>
      names
        .map(({ name }) => join(folder as string, name))
        .filter((path) => !isLeftOut(path))
        .sort();
    const kinds = new Map(entries.map((entry) => [entry.name, kindOfEntry(cwd, folder as string, entry)]));
    const manifests = entries.filter(({ name }) => MANIFEST.test(name));
    const isOther = (path: string) => kinds.get(basename(path)) === 'other';
    for (const path of paths(manifests.filter(({ name }) => kinds.get(name) !== 'folder'))) {
      found.push(isOther(path) ? unreadable(path, 'system-error', NOT_A_FILE) : path);
    }
    const folders = entries.filter((entry) => entry.isDirectory());
    const links = entries.filter((entry) => entry.isSymbolicLink() && kinds.get(entry.name) === 'folder');
    passedOver.push(...paths(links).filter((path) => !isBelow(cwd, top, path) && holdsYaml(cwd, path)));
    left.push(...paths(folders.filter(({ name }) => !SKIPPED.test(name))).reverse());
    passedOver.push(
      ...paths(folders.filter(({ name }) => PASSED_OVER.test(name))).filter((path) => holdsYaml(cwd, path)),
    );
  }
  return { files: found, passedOver };
}

function entriesOf(cwd: string, folder: string): readonly Dirent[] | ReadProblem {
  try {
    return readdirSync(resolve(cwd, folder), { withFileTypes: true });
  } catch (error) {
    return unreadable(folder, 'system-error', `it cannot be read: ${(error as Error).message}`);
  }
}

/** Whether a YAML file is among the first entries below a directory. */
function holdsYaml(cwd: string, top: string): boolean {
  const left = [top];
  let looked = 0;
  for (let folder = left.pop(); folder !== undefined && looked < MOST_ENTRIES; folder = left.pop()) {
    const entries = entriesOf(cwd, folder);
    if ('problem' in entries) continue;
    looked += entries.length;
    if (entries.some((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))) return true;
    for (const entry of entries) if (entry.isDirectory()) left.push(join(folder, entry.name));
  }
  return false;
}

/** What is in a pipe or a device only comes when somebody writes it, and may have no end. */
const NOT_A_FILE = 'it is a pipe, a socket or a device, not a file';

/** What an entry of a directory is, or leads to; a link to nothing counts as a file, whose problem is then said. */
function kindOfEntry(cwd: string, folder: string, entry: Dirent): 'file' | 'folder' | 'other' {
  if (entry.isSymbolicLink()) return kindOf(resolve(cwd, folder, entry.name)) ?? 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : 'other';
}

/** Whether a link leads into the directory that is looked at, whose files are read anyway; kubectl follows no link to a directory either. */
function isBelow(cwd: string, top: string, link: string): boolean {
  const inside = relative(realpathSync(resolve(cwd, top)), realpathSync(resolve(cwd, link)));
  return inside === '' || !(inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside));
}

/** What a path leads to; undefined if it leads nowhere. */
export function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return 'folder';
    return stats.isFile() ? 'file' : 'other';
  } catch {
    return undefined;
  }
}

function unreadable(path: string, code: ReadProblem['code'], problem: string): ReadProblem {
  // Only needed when something is wrong; every command begins here.
  const { fileProblem } = require('./load-file') as typeof import('./load-file');
  return fileProblem('file-unreadable', code, path, problem);
}
