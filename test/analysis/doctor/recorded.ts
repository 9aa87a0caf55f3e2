import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { filesToSnapshot, type SnapshotFile } from '../../../lib/analysis/doctor/snapshot-files';
import { filesBelow, ROOT } from '../../golden/written-files';

const FIXTURES = join(ROOT, 'test/fixtures/doctor');

/** The files of a recorded cluster: of a fault, those objects that are as in the healthy one are taken from there. */
export function recordedFiles(name: string): readonly SnapshotFile[] {
  const files = new Map(
    [...filesBelow(join(FIXTURES, 'healthy'))].filter(([path]) => name === 'healthy' || isShared(path)),
  );
  if (!existsSync(join(FIXTURES, name))) throw new Error(`nothing was recorded as ${name}`);
  for (const [path, text] of filesBelow(join(FIXTURES, name))) files.set(path, text);
  return [...files].map(([path, text]) => ({ path, text }));
}

function isShared(path: string): boolean {
  return path.startsWith('objects/') || path === 'jwks.yaml';
}

/** A recorded cluster. */
export function recorded(name: string): Snapshot {
  const snapshot = filesToSnapshot(recordedFiles(name));
  if ('problem' in snapshot) throw new Error(snapshot.problem);
  return snapshot;
}
