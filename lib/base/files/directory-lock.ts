import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How long a process waits for another one at the same directory, in milliseconds. */
const PATIENCE = 30_000;

/** How often it looks again, in milliseconds. */
const INTERVAL = 20;

/**
 * Does something while no other process does it under the same lock file.
 *
 * The lock holds the number of its process, so that one whose process was killed is taken over. It appears complete or not
 * at all: a file is written beside it and linked to its name.
 *
 * @param lock path of the lock file
 * @throws Error if another process holds the lock for half a minute
 */
export function whileLocked<Result>(lock: string, work: () => Result): Result {
  const own = `${lock}-${process.pid}`;
  rmSync(own, { force: true });
  writeFileSync(own, String(process.pid), { flag: 'wx' });
  try {
    acquire(lock, own);
    try {
      removeLeftovers(lock);
      return work();
    } finally {
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function acquire(lock: string, own: string): void {
  for (let waited = 0; !link(own, lock); waited += INTERVAL) {
    const holder = holderOf(lock);
    if (holder !== undefined && !isAlive(holder)) takeOver(lock, holder);
    else if (waited >= PATIENCE) {
      throw new Error(
        `another process (PID ${holder ?? 'unknown'}) has been writing for ${PATIENCE / 1000} s; if it is not running, remove ${lock}`,
      );
    } else pause(INTERVAL);
  }
}

/** What killed processes wrote for their locks. */
function removeLeftovers(lock: string): void {
  const prefix = `${basename(lock)}-`;
  for (const name of readdirSync(dirname(lock))) {
    const holder = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (!Number.isNaN(holder) && !isAlive(holder)) rmSync(join(dirname(lock), name), { force: true });
  }
}

function link(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Number of the process that holds the lock; undefined if it was released meanwhile. */
function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes a dead process's lock; if somebody was faster and it is a new one, puts it back. */
function takeOver(lock: string, dead: number): void {
  const taken = `${lock}-${process.pid}-taken`;
  try {
    renameSync(lock, taken);
  } catch {
    return;
  }
  if (holderOf(taken) !== dead) link(taken, lock);
  rmSync(taken, { force: true });
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
