import { relative, resolve } from 'node:path';
import { type FoundFiles, findFiles } from '../model/documents/find-files';
import type { CliIo } from './cli-io';
import { isExcluded } from './exclude-option';

/** The files that a path of the command line stands for, without what is left out by its path from there or from the working directory. */
export function findInputs(io: CliIo, path: string, exclude: readonly string[]): FoundFiles {
  const roots = [io.cwd, resolvePath(io, path)];
  const isLeftOut = (found: string) =>
    roots.some((root) => isExcluded(exclude, relative(root, resolvePath(io, found))));
  return findFiles(path, { cwd: io.cwd, isLeftOut });
}

/** The path of a file the user named, for opening it. */
export function resolvePath(io: CliIo, path: string): string {
  return resolve(io.cwd, path);
}
