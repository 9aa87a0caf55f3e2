import { rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file that is not there yet, whole or not at all: the beginning of one that did not fit on the disk would be taken for it.
 *
 * @throws NodeJS.ErrnoException if something has the name, or it cannot be written
 */
export function writeNewFile(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(file, { force: true });
    throw error;
  }
}
