/**
 * What V8 makes of our bundles, kept for the next process: reading code takes a quarter of the time of a command that is run on a few files.
 *
 * Node does the same for a whole process (`module.enableCompileCache`), from release 22.1 on, and in a directory that a library must not
 * choose for the program that imports it. These files are in the package, next to the code: who can write them can change the code too.
 * Nothing else is written there, and where the package is read-only nothing is.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { runInThisContext, Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import * as zlib from 'node:zlib';

const IS_WANTED = !process.env.NODE_DISABLE_COMPILE_CACHE && !process.env.NODE_V8_COVERAGE;

/** Node has the checksum from release 20.15 on. In another realm, code that runs here would have other classes than the caller's. */
const IS_USABLE = IS_WANTED && zlib.crc32 !== undefined && runInThisContext('Object') === Object;

/** What a kept file begins with, four bytes each: the checksums of the bundle and of what follows, and how many processes added to it. */
const HEADER_BYTES = 12;

/** How many processes add the functions that they call: the first may have ended by an error, or have done little. */
const ADDING_PROCESSES = 5;

/** With more files in the directory no further ones are written: each combination of V8's options has files of its own. */
const MOST_FILES = 200;

/** V8 refuses what another release of it wrote, or one with other options: each has files of its own. */
function engine(): string {
  return `${process.version}-${process.platform}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
}

/** Bundles that were compiled in this process, by the file to keep what was compiled in. */
const compiled = new Map<string, Compiled>();

interface Compiled {
  readonly script: Script;
  /** At the time of loading: a program may change V8's options later. */
  readonly engine: string;
  /** Of the bundle. */
  readonly checksum: number;
  /** How many processes have added to the file, this one included. */
  readonly processes: number;
}

interface Kept {
  readonly data: Buffer;
  /** How many processes have added to it. */
  readonly processes: number;
}

/**
 * Runs a bundle, and keeps its compiled code when the process ends, if few have done so.
 *
 * @param library the directory of the compiled library, which holds the loader
 * @param room the directory of the bundle, relative to it
 * @param kept the directory to keep compiled code in, relative to it
 * @returns its exports; undefined where only `require` can load it: a user's program was bundled, so that the library is not there or only
 *   a part of it, code of another realm is needed as in Jest, or the user does not want a cache (`NODE_DISABLE_COMPILE_CACHE`,
 *   as for Node's own) or wants to know exactly what was run (`NODE_V8_COVERAGE`)
 */
export function loadCompiled(library: string, room: string, kept: string): unknown {
  const path = join(library, room, 'bundle.js');
  if (!IS_USABLE || !existsSync(join(library, 'load-module.js'))) return undefined;
  const code = readIfThere(path);
  if (code === undefined) return undefined;

  const now = engine();
  const file = join(library, kept, `${room.replaceAll('/', '.')}.${now}`);
  const checksum = zlib.crc32(code);
  const before = readKept(file, checksum);
  const parameters = 'exports, require, module, __filename, __dirname';
  const script = new Script(`(function (${parameters}) { ${code}\n})`, {
    filename: path,
    ...(before && { cachedData: before.data }),
  });
  const processes = script.cachedDataRejected ? 0 : (before?.processes ?? 0);
  if (processes < ADDING_PROCESSES) keepLater(file, { script, engine: now, checksum, processes: processes + 1 });

  const require = createRequire(path);
  const module = Object.assign(new Module(path), { filename: path, loaded: true });
  script.runInThisContext()(module.exports, require, module, path, dirname(path));
  // For programs that ask which files are loaded; and nobody gets a second instance by the path.
  require.cache[path] = module;
  return module.exports;
}

/** V8 itself looks only at the length of the code, so the code is compared here. */
function readKept(file: string, checksum: number): Kept | undefined {
  const content = readIfThere(file);
  if (content === undefined || content.length <= HEADER_BYTES) return undefined;
  const data = content.subarray(HEADER_BYTES);
  const isWhole = content.readUInt32LE(0) === checksum && content.readUInt32LE(4) === zlib.crc32(data);
  return isWhole ? { data, processes: content.readUInt32LE(8) } : undefined;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** At the end of the process V8 has also compiled the functions that were called, and still has what was kept. */
function keepLater(file: string, bundle: Compiled): void {
  if (!isMainThread) return;
  if (compiled.size === 0) process.once('exit', keepAll);
  compiled.set(file, bundle);
}

function keepAll(): void {
  for (const [file, bundle] of compiled) {
    try {
      keep(file, bundle);
    } catch {
      // The package cannot be written to, or the disk is full: the next process compiles again.
    }
  }
}

/** Writes a whole file or none, since other processes may be reading it. */
function keep(file: string, bundle: Compiled): void {
  if (bundle.engine !== engine() || !hasRoom(dirname(file))) return;
  const data = bundle.script.createCachedData();
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(bundle.checksum, 0);
  header.writeUInt32LE(zlib.crc32(data), 4);
  header.writeUInt32LE(bundle.processes, 8);
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, Buffer.concat([header, data]));
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Only in a package of the user's own, who could not remove what root leaves there; and in none that was removed meanwhile. */
function hasRoom(directory: string): boolean {
  const { uid } = statSync(dirname(directory));
  if (process.getuid !== undefined && process.getuid() !== uid) return false;
  if (!existsSync(directory)) mkdirSync(directory);
  return readdirSync(directory).length < MOST_FILES;
}
