import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { InvalidInputError } from '../invalid-input-error';
import { whileLocked } from './directory-lock';

/** Errors of a rename that mean: this directory is a mount point, or its parent is not ours to change. */
const NOT_MOVABLE: ReadonlySet<string | undefined> = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM']);

/**
 * Replaces a directory as a whole: the new one is made beside it, and takes its name when it is complete. A process that is
 * killed leaves the old directory or the new one, and the next run removes what is left beside it. Killed between the two renames
 * of a swap, which Node cannot make one of, it leaves both beside, and the next run puts the new one in its place.
 *
 * Where the directory itself cannot be renamed (a mount point), its files are replaced one after another.
 *
 * @param fill makes the new directory's content; the old one is there to be looked at, and is empty the first time
 * @throws InvalidInputError if the directory is a link, or is or holds the one that the process runs in
 */
export function replaceDirectory(directory: string, fill: (fresh: string, old: string) => void): void {
  const target = realTarget(directory);
  refuseWorkingDirectory(directory, target);
  const beside = join(dirname(target), `.${basename(target)}.synth`);
  whileLocked(`${beside}.lock`, () => {
    const [fresh, old] = [`${beside}-new`, `${beside}-old`];
    recover(target, fresh, old);
    const isFirst = !existsSync(target);
    mkdirSync(target, { recursive: true });
    try {
      mkdirSync(fresh);
      chmodSync(fresh, statSync(target).mode);
      fill(fresh, target);
      swap(fresh, target, old);
    } catch (error) {
      // Where nothing was, nothing is left; what somebody else has put there meanwhile stays.
      if (isFirst && existsSync(target) && readdirSync(target).length === 0) rmdirSync(target);
      throw error;
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    rmSync(old, { recursive: true, force: true });
  });
}

/** The directory behind links in the path to it; it may not be there yet. */
function realTarget(directory: string): string {
  const path = resolve(directory);
  refuseLink(directory, path);
  mkdirSync(dirname(path), { recursive: true });
  return join(realpathSync(dirname(path)), basename(path));
}

/** As with links inside of it: what is replaced is what was named, and not what somebody has put in its place. */
function refuseLink(directory: string, path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new InvalidInputError({
    where: 'MeshApp.synth',
    problem: `the output directory is a symbolic link to "${readlinkSync(path)}", and links are not followed`,
    value: directory,
    allowed: 'a directory, or a path that does not exist',
    fix: 'pass the directory that the link points to, or remove the link',
  });
}

function refuseWorkingDirectory(directory: string, target: string): void {
  if (!`${process.cwd()}${sep}`.startsWith(target === sep ? sep : `${target}${sep}`)) return;
  throw new InvalidInputError({
    where: 'MeshApp.synth',
    problem: 'the output directory is replaced as a whole, and this one contains the working directory',
    value: directory,
    allowed: 'a directory that is used only for output',
    fix: 'write to a subdirectory, such as "dist"',
  });
}

/** Completes or undoes what a killed process left: once the old directory was moved away, the new one was complete. */
function recover(target: string, fresh: string, old: string): void {
  if (existsSync(old) && !existsSync(target)) renameSync(existsSync(fresh) ? fresh : old, target);
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
}

function swap(fresh: string, target: string, old: string): void {
  try {
    renameSync(target, old);
  } catch (error) {
    if (!NOT_MOVABLE.has((error as NodeJS.ErrnoException).code)) throw error;
    moveEntries(fresh, target);
    return;
  }
  renameSync(fresh, target);
}

/** Gives a directory that cannot be renamed the entries of another one, and only these. */
function moveEntries(from: string, to: string): void {
  const entries = readdirSync(from, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), resolve(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true });
      moveEntries(source, target);
    } else renameSync(source, target);
  }
  for (const name of readdirSync(to)) if (!names.has(name)) rmSync(join(to, name), { recursive: true });
}
