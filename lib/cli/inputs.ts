import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { ManifestFile } from '../model/documents/manifest-file';
import type { ManifestSet } from '../model/documents/manifest-set';
import type { ReadResult } from '../model/documents/read-manifests';
import type { ReadProblem } from '../model/documents/read-problem';
import type { CliIo } from './cli-io';
import { isExcluded } from './exclude-option';
import { UserError } from './user-error';

/** Stands for standard input among file names. */
const STDIN = '-';

/** What kubectl reads from a folder. */
const MANIFEST = /\.(ya?ml|json)$/;

/** Folders with nothing of the user's, and the one that holds alternatives which are not to be applied with the rest. */
const SKIPPED = /^(node_modules|\..+|variants)$/;

/** From about this many characters on, reading takes so long that one wonders. */
const LARGE = 1_000_000;

/** Where commands look if they are not told. */
export const DEFAULT_INPUT = 'dist';

/** Explains the arguments of every command that reads manifests. */
export const INPUTS_HELP = 'files, folders, or "-" for standard input; folders with all folders below but variants/';

/** A file, or why there is none. */
type Input = ManifestFile | ReadProblem;

/** Reads and parses; what is wrong with single files or documents comes back with the rest. */
export async function readManifestInputs(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[] = [],
): Promise<ReadResult> {
  if (paths.length === 0 && kindOf(resolvePath(io, DEFAULT_INPUT)) === undefined) {
    throw new UserError(`there is no file or folder "${DEFAULT_INPUT}": synthesize first, or name the files`);
  }
  const inputs = await readInputs(io, paths.length === 0 ? [DEFAULT_INPUT] : paths, exclude);
  const files = inputs.filter((input) => 'text' in input);
  const unread = inputs.filter((input) => 'problem' in input);
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size > LARGE) {
    io.announce(`reading ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${Math.round(size / 1_000_000)} MB`);
  }
  const { readManifests } =
    require('../model/documents/read-manifests') as typeof import('../model/documents/read-manifests');
  const { manifests, problems } = readManifests(files);
  return { manifests, problems: [...unread, ...problems] };
}

/**
 * Reads manifests for an answer that would be wrong if a part of them were missing. Problems that hide no object are named
 * and do not stop it.
 *
 * @throws UserError naming every document that may hide an object
 */
export async function readSoundManifests(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[] = [],
): Promise<ManifestSet> {
  const { manifests, problems } = await readManifestInputs(io, paths, exclude);
  const { mayHide } = require('../model/documents/read-problem') as typeof import('../model/documents/read-problem');
  const hiding = problems.filter(mayHide);
  if (hiding.length > 0) {
    throw new UserError(
      `the manifests cannot all be read, so there is no answer:\n${linesOf(hiding)}\nWhat is no part of the mesh can be left out: --exclude <glob>`,
    );
  }
  if (problems.length > 0) io.stderr.write(`assumed that these hide nothing:\n${linesOf(problems)}\n`);
  return manifests;
}

function linesOf(problems: readonly ReadProblem[]): string {
  return problems
    .map(({ id, location: { file, line }, problem }) =>
      id === 'file-unreadable' ? `  ${file}: ${problem}` : `  ${file}:${line}: ${problem}`,
    )
    .join('\n');
}

/** Reads one text that is not a manifest: a named file, or standard input. */
export async function readText(io: CliIo, path: string | undefined, expected: string): Promise<string> {
  const isNamed = path !== undefined && path !== STDIN;
  if (!isNamed && io.interactive) throw new UserError(`nothing to read: name a file, or pipe ${expected} in`);
  const input = isNamed ? readFile(io, path) : await readStdin(io);
  if ('problem' in input) throw new UserError(`"${input.location.file}": ${input.problem}`);
  return input.text;
}

/** The path of a file the user named, for opening it. */
export function resolvePath(io: CliIo, path: string): string {
  return resolve(io.cwd, path);
}

/** Reads files, folders and standard input, in the order they are named, each of them once. */
async function readInputs(io: CliIo, paths: readonly string[], exclude: readonly string[]): Promise<readonly Input[]> {
  const inputs = new Map<string, Input>();
  for (const path of paths) {
    if (path === STDIN) {
      if (!inputs.has(STDIN)) inputs.set(STDIN, await readStdin(io));
      continue;
    }
    for (const found of findFiles(io, path, exclude)) {
      const file = typeof found === 'string' ? found : found.location.file;
      const key = resolvePath(io, file);
      if (!inputs.has(key)) inputs.set(key, typeof found === 'string' ? readFile(io, found) : found);
    }
  }
  return [...inputs.values()];
}

/** The files a path stands for; whatever there is to read it will do, a named pipe too. */
function findFiles(io: CliIo, path: string, exclude: readonly string[]): readonly (string | ReadProblem)[] {
  const kind = kindOf(resolvePath(io, path));
  if (kind === undefined) return [unreadable(path, `there is no file or folder "${path}"`)];
  const isLeftOut = leavesOut(io, path, exclude);
  if (isLeftOut(path)) return [];
  if (kind !== 'folder') return [path];
  const found = manifestsBelow(io, path.replace(/(?<=.)\/+$/, ''), isLeftOut);
  return found.length > 0 ? found : [unreadable(path, `no .yaml, .yml or .json file is in the folder "${path}"`)];
}

function manifestsBelow(io: CliIo, folder: string, isLeftOut: LeavesOut): readonly (string | ReadProblem)[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(resolvePath(io, folder), { withFileTypes: true });
  } catch (error) {
    return [unreadable(folder, `it cannot be read: ${(error as Error).message}`)];
  }
  const paths = (names: readonly Dirent[]) =>
    names
      .map(({ name }) => join(folder, name))
      .filter((path) => !isLeftOut(path))
      .sort();
  const files = entries.filter((entry) => MANIFEST.test(entry.name) && isReadable(io, folder, entry));
  const folders = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name));
  return [...paths(files), ...paths(folders).flatMap((path) => manifestsBelow(io, path, isLeftOut))];
}

type LeavesOut = (path: string) => boolean;

/** What is left out below a path that the user named: by its path from there, or from the working directory. */
function leavesOut(io: CliIo, named: string, exclude: readonly string[]): LeavesOut {
  const roots = [io.cwd, resolvePath(io, named)];
  return (path) => roots.some((root) => isExcluded(exclude, relative(root, resolvePath(io, path))));
}

/**
 * Files, and links to files or to nothing, which are to be told of. A link to a folder may lead round in a circle, and
 * what is in a pipe only comes when somebody writes it.
 */
function isReadable(io: CliIo, folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const kind = kindOf(resolvePath(io, join(folder, entry.name)));
  return kind === undefined || kind === 'file';
}

/** What a path leads to; undefined if it leads nowhere. */
function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return 'folder';
    return stats.isFile() ? 'file' : 'other';
  } catch {
    return undefined;
  }
}

function readFile(io: CliIo, path: string): Input {
  const { loadFile } = require('../model/documents/load-file') as typeof import('../model/documents/load-file');
  return loadFile(resolvePath(io, path), path);
}

async function readStdin(io: CliIo): Promise<Input> {
  const { decodeFile } = require('../model/documents/load-file') as typeof import('../model/documents/load-file');
  return decodeFile('<stdin>', await io.readStdin());
}

function unreadable(path: string, problem: string): ReadProblem {
  const { fileProblem } = require('../model/documents/load-file') as typeof import('../model/documents/load-file');
  return fileProblem('file-unreadable', path, problem);
}
