import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { visibleText } from '../../base/visible-text';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem } from './read-problem';

/** As many bytes as the most characters that are read can have; more are refused before they are decoded. */
export const MAX_FILE_BYTES = 256_000_000;

/** What is read at once where the size is not known. */
const CHUNK = 65_536;

/**
 * Reads a file from the disk; a problem if that cannot be done. Never throws.
 *
 * @param name what to call it in front of people
 */
export function loadFile(path: string, name: string = path): ManifestFile | ReadProblem {
  try {
    const bytes = readBytes(path);
    return bytes === undefined ? tooLarge(name) : decodeFile(name, bytes);
  } catch (error) {
    return fileProblem('file-unreadable', 'system-error', name, `it cannot be read: ${(error as Error).message}`);
  }
}

/** What a file holds; undefined if it is more than is decoded, which is found out without reading on: a device has no end. */
function readBytes(path: string): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > MAX_FILE_BYTES) return undefined;
    const chunks: Buffer[] = [];
    for (let total = 0; total <= MAX_FILE_BYTES; ) {
      const chunk = Buffer.alloc(total === 0 ? Math.max(size + 1, CHUNK) : CHUNK);
      const read = readSync(file, chunk);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      total += read;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Takes bytes as UTF-8, byte order mark or not; a problem with the first line that is something else. */
export function decodeFile(file: string, bytes: Buffer): ManifestFile | ReadProblem {
  if (bytes.length > MAX_FILE_BYTES) return tooLarge(file);
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return { file, text };
  return fileProblem(
    'file-not-text',
    'not-utf8',
    file,
    'the file is binary, not UTF-8 text',
    lineOfFirstBadByte(bytes, text),
  );
}

function tooLarge(file: string): ReadProblem {
  return fileProblem(
    'file-too-large',
    'too-large-file',
    file,
    `the file has more than ${MAX_FILE_BYTES / 1_000_000} MB`,
  );
}

/** What is wrong with a file as a whole. */
export function fileProblem(
  id: ReadProblem['id'],
  code: ReadProblem['code'],
  file: string,
  problem: string,
  line: number = 1,
): ReadProblem {
  return { id, code, location: { file: visibleText(file), line, column: 1 }, problem: visibleText(problem) };
}

/** Where the bytes and the text they were taken for part: a decoder writes U+FFFD for what is not a character. */
function lineOfFirstBadByte(bytes: Buffer, text: string): number {
  const encoded = Buffer.from(text);
  let at = 0;
  while (bytes[at] === encoded[at]) at += 1;
  return bytes.subarray(0, at).toString('utf8').split('\n').length;
}
