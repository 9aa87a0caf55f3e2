import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { PREFIX } from './make-temporary-folder';

/** Removes what was made for the run, with everything in it, and nothing else. */
export default function removeTemporaryFolder(): void {
  const { TMPDIR: folder = '' } = process.env;
  if (basename(folder).startsWith(PREFIX)) rmSync(folder, { recursive: true, force: true });
}
