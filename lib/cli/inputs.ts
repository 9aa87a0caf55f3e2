import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ManifestFile, ManifestSet, ReadResult } from '../manifests';
import type { CliIo } from './cli-io';
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

/** Reads files, folders and standard input, in the order they are named. */
export async function readInputs(io: CliIo, paths: readonly string[]): Promise<readonly ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const path of paths.length === 0 ? [DEFAULT_INPUT] : paths) {
    if (path === STDIN) files.push({ file: '<stdin>', text: await io.readStdin() });
    else files.push(...readPath(io, path, paths.length === 0));
  }
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size > LARGE) io.announce(`reading ${files.length} files, ${Math.round(size / 1_000_000)} MB`);
  return files;
}

/** Reads and parses; what is wrong with single documents comes back with the rest. */
export async function readManifestInputs(io: CliIo, paths: readonly string[]): Promise<ReadResult> {
  const files = await readInputs(io, paths);
  const { readManifests } = require('../manifests') as typeof import('../manifests');
  return readManifests(files);
}

/**
 * Reads manifests for an answer that would be wrong if a part of them were missing.
 *
 * @throws UserError naming every document that cannot be read
 */
export async function readSoundManifests(io: CliIo, paths: readonly string[]): Promise<ManifestSet> {
  const { manifests, problems } = await readManifestInputs(io, paths);
  if (problems.length > 0) {
    const lines = problems.map(({ location, problem }) => `  ${location.file}:${location.line}: ${problem}`);
    throw new UserError(`the manifests cannot all be read, so there is no answer:\n${lines.join('\n')}`);
  }
  return manifests;
}

/** Reads one text that is not a manifest: a named file, or standard input. */
export async function readText(io: CliIo, path: string | undefined, expected: string): Promise<string> {
  if (path !== undefined && path !== STDIN) return readFile(io, path);
  if (io.interactive) throw new UserError(`nothing to read: name a file, or pipe ${expected} in`);
  return io.readStdin();
}

/** The path of a file the user named, for opening it. */
export function resolvePath(io: CliIo, path: string): string {
  return isAbsolute(path) ? path : join(io.cwd, path);
}

function readPath(io: CliIo, path: string, isDefault: boolean): readonly ManifestFile[] {
  const stats = statSync(resolvePath(io, path), { throwIfNoEntry: false });
  if (stats === undefined) {
    const hint = isDefault ? 'synthesize first, or name the files' : 'check the spelling and the working directory';
    throw new UserError(`there is no file or folder "${path}": ${hint}`);
  }
  if (!stats.isDirectory()) return [{ file: path, text: readFile(io, path) }];
  const names = manifestsBelow(io, path.replace(/(?<=.)\/+$/, ''));
  if (names.length === 0) throw new UserError(`no .yaml, .yml or .json file is in the folder "${path}"`);
  return names.map((file) => ({ file, text: readFile(io, file) }));
}

function manifestsBelow(io: CliIo, folder: string): readonly string[] {
  const entries = readdirSync(resolvePath(io, folder), { withFileTypes: true });
  const paths = (names: readonly { readonly name: string }[]) => names.map(({ name }) => join(folder, name)).sort();
  // What a link points to counts if it is a file: a link to a folder may lead round in a circle.
  const files = entries.filter((entry) => MANIFEST.test(entry.name) && !entry.isDirectory());
  const folders = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name));
  return [...paths(files), ...paths(folders).flatMap((path) => manifestsBelow(io, path))];
}

function readFile(io: CliIo, path: string): string {
  try {
    return readFileSync(resolvePath(io, path), 'utf8');
  } catch (error) {
    throw new UserError(`"${path}" cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
