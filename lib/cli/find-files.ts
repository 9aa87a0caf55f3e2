import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { ReadProblem } from '../model/documents/read-problem';
import type { CliIo } from './cli-io';
import { isExcluded } from './exclude-option';

/** What kubectl reads from a folder. */
const MANIFEST = /\.(ya?ml|json)$/;

/** Folders with nothing of the user's, and the one that holds alternatives which are not to be applied with the rest. */
const SKIPPED = /^(node_modules|\..+|variants)$/;

/** Those of them that somebody may not expect to be passed over. */
const PASSED_OVER = /^(node_modules|\..+)$/;

/** How many entries of a folder that is passed over are looked at for manifests. */
const MOST_ENTRIES = 2_000;

/** What was found under a path that the user named. */
export interface FoundFiles {
  /** Files to read, or why one cannot be. */
  readonly files: readonly (string | ReadProblem)[];
  /** Folders that are passed over although YAML files are in them. */
  readonly passedOver: readonly string[];
}

/** The files a path stands for; whatever there is to read it will do, a named pipe too. */
export function findFiles(io: CliIo, path: string, exclude: readonly string[]): FoundFiles {
  const kind = kindOf(resolvePath(io, path));
  if (kind === undefined) return only(unreadable(path, `there is no file or folder "${path}"`));
  const isLeftOut = leavesOut(io, path, exclude);
  if (isLeftOut(path)) return { files: [], passedOver: [] };
  if (kind !== 'folder') return only(path);
  const found = manifestsBelow(io, path.replace(/(?<=.)\/+$/, ''), isLeftOut);
  if (found.files.length > 0) return found;
  return { ...found, files: [unreadable(path, `no .yaml, .yml or .json file is in the folder "${path}"`)] };
}

function only(file: string | ReadProblem): FoundFiles {
  return { files: [file], passedOver: [] };
}

/** Files of each folder before those of the folders in it; without recursion, as a tree may be deeper than the stack. */
function manifestsBelow(io: CliIo, top: string, isLeftOut: LeavesOut): FoundFiles {
  const found: (string | ReadProblem)[] = [];
  const passedOver: string[] = [];
  const left = [top];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const entries = entriesOf(io, folder);
    if ('problem' in entries) {
      found.push(entries);
      continue;
    }
    const paths = (names: readonly Dirent[]) =>
      names
        .map(({ name }) => join(folder as string, name))
        .filter((path) => !isLeftOut(path))
        .sort();
    found.push(
      ...paths(entries.filter((entry) => MANIFEST.test(entry.name) && isReadable(io, folder as string, entry))),
    );
    const folders = entries.filter((entry) => entry.isDirectory());
    left.push(...paths(folders.filter(({ name }) => !SKIPPED.test(name))).reverse());
    passedOver.push(
      ...paths(folders.filter(({ name }) => PASSED_OVER.test(name))).filter((path) => holdsYaml(io, path)),
    );
  }
  return { files: found, passedOver };
}

function entriesOf(io: CliIo, folder: string): readonly Dirent[] | ReadProblem {
  try {
    return readdirSync(resolvePath(io, folder), { withFileTypes: true });
  } catch (error) {
    return unreadable(folder, `it cannot be read: ${(error as Error).message}`);
  }
}

/** Whether a YAML file is among the first entries below a folder. */
function holdsYaml(io: CliIo, top: string): boolean {
  const left = [top];
  let looked = 0;
  for (let folder = left.pop(); folder !== undefined && looked < MOST_ENTRIES; folder = left.pop()) {
    const entries = entriesOf(io, folder);
    if ('problem' in entries) continue;
    looked += entries.length;
    if (entries.some((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))) return true;
    for (const entry of entries) if (entry.isDirectory()) left.push(join(folder, entry.name));
  }
  return false;
}

type LeavesOut = (path: string) => boolean;

/** What is left out below a path that the user named: by its path from there, or from the working directory. */
function leavesOut(io: CliIo, named: string, exclude: readonly string[]): LeavesOut {
  const roots = [io.cwd, resolvePath(io, named)];
  return (path) => roots.some((root) => isExcluded(exclude, relative(root, resolvePath(io, path))));
}

/**
 * Files, and links to files or to nothing, which are to be reported. A link to a folder may lead round in a circle, and
 * what is in a pipe only comes when somebody writes it.
 */
function isReadable(io: CliIo, folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const kind = kindOf(resolvePath(io, join(folder, entry.name)));
  return kind === undefined || kind === 'file';
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

/** What stands for a file that cannot be read. */
export function unreadable(path: string, problem: string): ReadProblem {
  const { fileProblem } = require('../model/documents/load-file') as typeof import('../model/documents/load-file');
  return fileProblem('file-unreadable', path, problem);
}

/** The path of a file the user named, for opening it. */
export function resolvePath(io: CliIo, path: string): string {
  return resolve(io.cwd, path);
}
