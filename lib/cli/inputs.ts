import { visibleText } from '../base/visible-text';
import { kindOf } from '../model/documents/find-files';
import type { ManifestFile } from '../model/documents/manifest-file';
import type { ManifestSet } from '../model/documents/manifest-set';
import type { ReadProblem } from '../model/documents/read-problem';
import type { CliIo } from './cli-io';
import { findInputs, resolvePath } from './find-inputs';
import { UserError } from './user-error';

/** Stands for standard input among file names. */
const STDIN = '-';

/** From about this many characters on, reading takes so long that one wonders; the thread that would say so is not free. */
const LARGE = 4_000_000;

/** Where commands look by default. */
export const DEFAULT_INPUT = 'dist';

/** Explains the arguments of every command that reads manifests. */
export const INPUTS_HELP =
  'files, directories, or "-" for standard input; directories are read recursively, except variants/';

/** A file, or why there is none. */
type Input = ManifestFile | ReadProblem;

/** Files that were read, and why others were not. */
export interface InputFiles {
  readonly files: readonly ManifestFile[];
  readonly unread: readonly ReadProblem[];
}

/** Reads files without a look at what is in them. */
export async function readInputFiles(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[] = [],
): Promise<InputFiles> {
  if (paths.length === 0 && kindOf(resolvePath(io, DEFAULT_INPUT)) === undefined) {
    throw new UserError(`no file or directory "${DEFAULT_INPUT}": synthesize first, or pass the files`);
  }
  const inputs = await readInputs(io, paths.length === 0 ? [DEFAULT_INPUT] : paths, exclude);
  const files = inputs.filter((input) => 'text' in input);
  const unread = inputs.filter((input) => 'problem' in input);
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size > LARGE) {
    io.announce(`reading ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${Math.round(size / 1_000_000)} MB`);
  }
  return { files, unread };
}

/**
 * Reads manifests of one cluster for an answer that would be wrong if a part of them were missing. Problems that hide no
 * object are named and do not stop it.
 *
 * @throws UserError naming every document that may hide an object, or the directories of several clusters
 */
export async function readSoundManifests(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[] = [],
): Promise<ManifestSet> {
  const { files, unread } = await readInputFiles(io, paths, exclude);
  const { findClusters } = require('../model/fleet/cluster-folders') as typeof import('../model/fleet/cluster-folders');
  const fleet = findClusters(files);
  if (fleet !== undefined) {
    const folders = fleet.clusters.map(({ folder }) => folder).join(', ');
    throw new UserError(`the files describe several clusters, and this command works on one: pass one of ${folders}`);
  }
  refuseMixed(files);
  return someManifests(io, files, unread);
}

/** What the files of several clusters say together is true of no cluster. */
export function refuseMixed(files: readonly ManifestFile[]): void {
  const { whyNotApart } = require('../model/fleet/cluster-folders') as typeof import('../model/fleet/cluster-folders');
  const mixed = whyNotApart(files);
  if (mixed === undefined) return;
  throw new UserError(
    `the files describe several clusters, but not which object belongs to which: ${visibleText(mixed)}. Put each cluster into its own directory, or exclude the others: --exclude <glob>`,
  );
}

/**
 * Like {@link soundManifests}, of files that hold something: nobody is let in, and nothing differs, where nothing is.
 *
 * @throws UserError also if there is not one manifest
 */
export function someManifests(io: CliIo, files: readonly ManifestFile[], unread: readonly ReadProblem[]): ManifestSet {
  const manifests = soundManifests(io, files, unread);
  if (manifests.all.length > 0) return manifests;
  throw new UserError('the input contains no manifest, so there is no answer');
}

/**
 * Parses files for an answer that would be wrong if a part of them were missing.
 *
 * @throws UserError naming every document that may hide an object
 */
export function soundManifests(io: CliIo, files: readonly ManifestFile[], unread: readonly ReadProblem[]): ManifestSet {
  const { readManifests } =
    require('../model/documents/read-manifests') as typeof import('../model/documents/read-manifests');
  const { mayHide } = require('../model/documents/read-problem') as typeof import('../model/documents/read-problem');
  const read = readManifests(files);
  const problems = [...unread, ...read.problems];
  const hiding = problems.filter(mayHide);
  if (hiding.length > 0) {
    throw new UserError(
      `not all manifests can be read, so there is no answer:\n${linesOf(hiding)}\nExclude what is not part of the mesh: --exclude <glob>`,
    );
  }
  if (problems.length > 0) io.stderr.write(`assuming that these hide no object:\n${linesOf(problems)}\n`);
  return read.manifests;
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
  if (!isNamed && io.interactive) throw new UserError(`no input: pass a file, or pipe in ${expected}`);
  const input = isNamed ? readFile(io, path) : await readStdin(io);
  if ('problem' in input) throw new UserError(`"${input.location.file}": ${input.problem}`);
  return input.text;
}

/** Reads files, directories and standard input, in the order they are named, each of them once. */
async function readInputs(io: CliIo, paths: readonly string[], exclude: readonly string[]): Promise<readonly Input[]> {
  const inputs = new Map<string, Input>();
  for (const path of paths) {
    if (path === STDIN) {
      if (!inputs.has(STDIN)) inputs.set(STDIN, await readStdin(io));
      continue;
    }
    const { files, passedOver } = findInputs(io, path, exclude);
    if (passedOver.length > 0) {
      io.stderr.write(`skipped directories that contain YAML files: ${passedOver.map(visibleText).join(', ')}\n`);
    }
    for (const found of files) {
      const file = typeof found === 'string' ? found : found.location.file;
      const key = resolvePath(io, file);
      if (!inputs.has(key)) inputs.set(key, typeof found === 'string' ? readFile(io, found) : found);
    }
  }
  return [...inputs.values()];
}

function readFile(io: CliIo, path: string): Input {
  const { loadFile } = require('../model/documents/load-file') as typeof import('../model/documents/load-file');
  const input = loadFile(resolvePath(io, path), path);
  // A pipe under a name, as "/dev/stdin" or "<(helm template …)", is what standard input is.
  const isPipe = kindOf(resolvePath(io, path)) === 'other';
  if (isPipe && 'text' in input && input.text.trim() === '') throw emptyPipe(visibleText(path));
  return input;
}

/** What a program that failed leaves is not a set of manifests in which nothing is wrong. */
function emptyPipe(name: string): UserError {
  return new UserError(`${name} is empty: the program before the pipe may have failed`);
}

async function readStdin(io: CliIo): Promise<Input> {
  const { decodeFile, MAX_FILE_BYTES } =
    require('../model/documents/load-file') as typeof import('../model/documents/load-file');
  const bytes = await io.readStdin(MAX_FILE_BYTES + 1);
  if (bytes.toString('latin1', 0, 4096).trim() === '') {
    throw emptyPipe('standard input');
  }
  return decodeFile('<stdin>', bytes);
}
