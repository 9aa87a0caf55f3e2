import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SNAPSHOT_FILE, type SnapshotFile } from '../../analysis/doctor/snapshot-files';
import { replaceDirectory } from '../../base/files/replace-directory';
import { loadFile } from '../../model/documents/load-file';
import { UserError } from '../user-error';

/** What a snapshot's directory may hold, so that saving again takes away what was there and nothing else. */
const ENTRIES = /^(?:snapshot\.yaml|jwks\.yaml|teleport\.yaml|objects|proxies|tbots|logs)$/;

/** How many files are read of a directory at most: a snapshot of 5,000 pods has fewer. */
const MOST_FILES = 50_000;

/**
 * Writes a snapshot into a directory, which may hold an older one.
 *
 * @throws UserError if something else is in it
 */
export function saveSnapshot(directory: string, files: readonly SnapshotFile[]): void {
  if (existsSync(directory)) {
    const entries = statSync(directory).isDirectory() ? readdirSync(directory) : undefined;
    const strange = entries?.find((name) => !ENTRIES.test(name));
    if (entries === undefined || strange !== undefined || (entries.length > 0 && !entries.includes(SNAPSHOT_FILE))) {
      throw new UserError(`"${directory}" contains something other than a snapshot: pass a new directory`);
    }
  }
  // All of it or nothing: half a snapshot would be taken for a cluster that did not answer.
  replaceDirectory(directory, (fresh) => {
    for (const { path, text } of files) {
      const file = join(fresh, path);
      mkdirSync(dirname(file), { recursive: true });
      // Names and addresses of a cluster are nothing for the other users of the machine.
      writeFileSync(file, text, { mode: 0o600 });
    }
  });
}

/**
 * Reads the files of a directory.
 *
 * @throws UserError if there is none
 */
export function loadSnapshotFiles(directory: string): readonly SnapshotFile[] {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new UserError(`directory "${directory}" does not exist`);
  }
  const files: SnapshotFile[] = [];
  const left = [''];
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    for (const entry of readdirSync(join(directory, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) left.push(path);
      // Links lead anywhere, and no snapshot has any.
      else if (entry.isFile() && files.length < MOST_FILES) files.push(readOne(directory, path));
    }
  }
  return files;
}

function readOne(directory: string, path: string): SnapshotFile {
  const loaded = loadFile(join(directory, path), path);
  // A text that no reader of a snapshot takes: it then counts as what cannot be read.
  return { path, text: 'text' in loaded ? loaded.text : `[${JSON.stringify(loaded.problem)}` };
}
