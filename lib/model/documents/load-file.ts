import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { visibleText } from '../../base/visible-text';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem } from './read-problem';

/**
 * Reads a file from the disk; a problem if that cannot be done. Never throws.
 *
 * @param name what to call it in front of people
 */
export function loadFile(path: string, name: string = path): ManifestFile | ReadProblem {
  try {
    return decodeFile(name, readFileSync(path));
  } catch (error) {
    return fileProblem('file-unreadable', name, `it cannot be read: ${(error as Error).message}`);
  }
}

/** Takes bytes as UTF-8, byte order mark or not; a problem with the first line that is something else. */
export function decodeFile(file: string, bytes: Buffer): ManifestFile | ReadProblem {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return { file, text };
  return fileProblem('file-not-text', file, 'the file is binary, not text in UTF-8', lineOfFirstBadByte(bytes, text));
}

/** What is wrong with a file as a whole. */
export function fileProblem(id: ReadProblem['id'], file: string, problem: string, line: number = 1): ReadProblem {
  return { id, location: { file: visibleText(file), line, column: 1 }, problem: visibleText(problem) };
}

/** Where the bytes and the text they were taken for part: a decoder writes U+FFFD for what is no character. */
function lineOfFirstBadByte(bytes: Buffer, text: string): number {
  const encoded = Buffer.from(text);
  let at = 0;
  while (bytes[at] === encoded[at]) at += 1;
  return bytes.subarray(0, at).toString('utf8').split('\n').length;
}
