/**
 * What V8 makes of our bundles, kept for the next process: reading code takes a quarter of the time of a command that is run on a few files.
 *
 * Node does the same for a whole process (`module.enableCompileCache`), from release 22.1 on, and in a directory that a library must not
 * choose for the program that imports it. These files are in the package, next to the code: who can write them can change the code too.
 * Nothing else is written there, and where the package is read-only nothing is.
 */
import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { runInThisContext, Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import * as zlib from 'node:zlib';

/** The two checksums a kept file begins with, four bytes each: of the bundle, and of what follows. */
const HEADER_BYTES = 8;

/** V8 refuses what another release of it wrote, or one with other options: each has files of its own. */
function engine(): string {
  return `${process.version}-${process.platform}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
}

/** Bundles that were compiled in this process, by the file to keep what was compiled in. */
const compiled = new Map<string, { readonly script: Script; readonly checksum: number }>();

/**
 * Runs a bundle, and keeps its compiled code when the process ends.
 *
 * @param path the bundle
 * @param kept the file to keep its compiled code in, without the name of the engine
 * @returns its exports; undefined where only `require` can load it: it is not a file because a user's program was bundled, code of
 *   another realm is needed as in Jest, or the user does not want a cache (`NODE_DISABLE_COMPILE_CACHE`, as for Node's own)
 */
export function loadCompiled(path: string, kept: string): unknown {
  if (!isUsable()) return undefined;
  const code = readIfThere(path);
  if (code === undefined) return undefined;

  const file = `${kept}.${engine()}`;
  const checksum = zlib.crc32(code);
  const cachedData = readKept(file, checksum);
  const parameters = 'exports, require, module, __filename, __dirname';
  const script = new Script(`(function (${parameters}) { ${code}\n})`, {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) keepLater(file, script, checksum);

  const require = createRequire(path);
  const module = new Module(path);
  script.runInThisContext()(module.exports, require, module, path, dirname(path));
  // For programs that ask which files are loaded; and nobody gets a second instance by the path.
  require.cache[path] = module;
  return module.exports;
}

/** Node has the checksum from release 20.15 on. In another realm, code that runs here would have other classes than the caller's. */
function isUsable(): boolean {
  const wanted = !process.env.NODE_DISABLE_COMPILE_CACHE;
  return wanted && zlib.crc32 !== undefined && runInThisContext('Object') === Object;
}

/** V8 itself looks only at the length of the code, so the code is compared here. */
function readKept(file: string, checksum: number): Buffer | undefined {
  const content = readIfThere(file);
  if (content === undefined || content.length <= HEADER_BYTES) return undefined;
  const data = content.subarray(HEADER_BYTES);
  return content.readUInt32LE(0) === checksum && content.readUInt32LE(4) === zlib.crc32(data) ? data : undefined;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** At the end of the process V8 has also compiled the functions that were called. */
function keepLater(file: string, script: Script, checksum: number): void {
  if (!isMainThread) return;
  if (compiled.size === 0) process.once('exit', keepAll);
  compiled.set(file, { script, checksum });
}

function keepAll(): void {
  try {
    for (const [file, { script, checksum }] of compiled) keep(file, script, checksum);
  } catch {
    // The package cannot be written to, or the disk is full: the next process compiles again.
  }
}

/** Writes a whole file or none, since other processes may be reading it. */
function keep(file: string, script: Script, checksum: number): void {
  mkdirSync(dirname(file), { recursive: true });
  accessSync(dirname(file), constants.W_OK);
  const data = script.createCachedData();
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(checksum, 0);
  header.writeUInt32LE(zlib.crc32(data), 4);
  const unfinished = `${file}.${process.pid}`;
  try {
    writeFileSync(unfinished, Buffer.concat([header, data]));
    renameSync(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
