import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceDirectory } from '../../base/files/replace-directory';
import { VARIANTS_FOLDER } from '../../model/documents/variants';

/** Files to write: a map from the path relative to the output directory, with forward slashes, to the content. */
export type OutputFiles = ReadonlyMap<string, string>;

/**
 * Lists what the last synthesis wrote, so that the next one removes its own files and no others. kubectl, Argo CD and Flux
 * look at `.yaml` and `.json` only.
 */
const RECORD = '.teleport-istio';

const RECORD_HEAD =
  '# Files written by cdk8s-teleport-istio; the next synthesis removes those that it no longer writes.\n';

/** Files that look like a synthesis's own; said so when they are not in its record. */
const OWN_LOOKING = [/^[^/]+\.k8s\.yaml$/, new RegExp(`^${VARIANTS_FOLDER}/[^/]+\\.k8s\\.yaml$`)];

/**
 * Makes the directory hold these files, and none that an earlier synthesis of the same app left: a chart that was renamed
 * would otherwise be applied under both names. Files of anyone else stay, and so does a file that would be written as it is.
 *
 * Either all of it happens or nothing, also when the process is killed or the disk is full.
 *
 * @param folders where kubectl, Argo CD or Flux read: the directory itself, or a directory for each cluster
 * @returns files that look like a synthesis's and were left, because no record says that this app wrote them
 */
export function writeOutputDirectory(
  directory: string,
  files: OutputFiles,
  folders: readonly string[] = [''],
): readonly string[] {
  return writeOutputParts(directory, (write) => write(files), folders);
}

/**
 * The same for files that come in parts, each of which is forgotten once it is written.
 *
 * @param fill gives one part after the other; where it throws, the directory stays as it was
 */
export function writeOutputParts(
  directory: string,
  fill: (write: (files: OutputFiles) => void) => void,
  folders: readonly string[] = [''],
): readonly string[] {
  let unknown: readonly string[] = [];
  replaceDirectory(directory, (fresh, old) => {
    const written = new Set<string>();
    fill((files) => {
      for (const [path, text] of files) {
        put(fresh, old, path, text);
        written.add(path);
      }
    });
    put(fresh, old, RECORD, recordOf(written));
    const stale = staleFiles(old, written);
    const kept = filesBelow(old).filter((path) => path !== RECORD && !written.has(path) && !stale.has(path));
    for (const path of kept) keep(fresh, old, path);
    unknown = kept.filter((path) =>
      folders.some((folder) => path.startsWith(folder) && looksOwn(path.slice(folder.length))),
    );
  });
  return unknown;
}

/** What is said of a file that {@link writeOutputDirectory} left. */
export function unknownFileWarning(path: string, directory: string): string {
  return `Warning: ${path} in ${directory} was not written by this app; it is kept, and will be applied with the other files.`;
}

function looksOwn(path: string): boolean {
  return OWN_LOOKING.some((form) => form.test(path));
}

function recordOf(files: ReadonlySet<string>): string {
  return `${RECORD_HEAD}${[...files].sort().join('\n')}\n`;
}

/** Files that an earlier run of this app wrote; another app's, which writes other files, are not touched. */
function staleFiles(old: string, files: ReadonlySet<string>): ReadonlySet<string> {
  const recorded = readRecord(old);
  const isOurs = recorded.some((path) => files.has(path));
  return new Set(isOurs ? recorded.filter((path) => !files.has(path)) : []);
}

function readRecord(old: string): readonly string[] {
  try {
    const lines = readFileSync(join(old, RECORD), 'utf8').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  } catch {
    return [];
  }
}

function put(fresh: string, old: string, path: string, text: string): void {
  if (!keepSame(fresh, old, path, text)) writeNew(fresh, path, text);
}

/** Writes a file that is not there yet, so that no link is ever followed. */
function writeNew(fresh: string, path: string, text: string): void {
  const target = join(fresh, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text, { flag: 'wx' });
}

/** Keeps an existing file with the same content, so that programs that check its time see that nothing changed. */
function keepSame(fresh: string, old: string, path: string, text: string): boolean {
  const [source, target] = [join(old, path), join(fresh, path)];
  try {
    if (!lstatSync(source).isFile() || readFileSync(source, 'utf8') !== text) return false;
    mkdirSync(dirname(target), { recursive: true });
    linkSync(source, target);
    return true;
  } catch {
    return false;
  }
}

/** Keeps a file of somebody else's: the same file under its name in the new directory. */
function keep(fresh: string, old: string, path: string): void {
  const [source, target] = [join(old, path), join(fresh, path)];
  mkdirSync(dirname(target), { recursive: true });
  if (lstatSync(source).isSymbolicLink()) {
    symlinkSync(readlinkSync(source), target);
    return;
  }
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

/** Paths of everything that is not a directory, links to directories among them. */
function filesBelow(directory: string, prefix = ''): readonly string[] {
  return readdirSync(join(directory, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory() ? filesBelow(directory, `${path}/`) : [path];
  });
}
