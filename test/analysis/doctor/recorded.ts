import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { filesToSnapshot, type SnapshotFile } from '../../../lib/analysis/doctor/snapshot-files';
import { isObject, type JsonObject, listAt, textAt } from '../../../lib/base/json';
import { stringifyManifests } from '../../../lib/base/yaml/write-yaml';
import { readYaml } from '../../../lib/base/yaml/yaml-value';
import { filesBelow, ROOT } from '../../golden/written-files';

const FIXTURES = join(ROOT, 'test/fixtures/doctor');

/**
 * The files of a recorded cluster. Of a fault there is in `changes/` what objects were otherwise than in the healthy cluster, or
 * gone; everything else was recorded for itself.
 */
export function recordedFiles(name: string): readonly SnapshotFile[] {
  const healthy = filesBelow(join(FIXTURES, 'healthy'));
  if (name === 'healthy') return [...healthy].map(([path, text]) => ({ path, text }));
  if (!existsSync(join(FIXTURES, name))) throw new Error(`nothing was recorded as ${name}`);
  const files = new Map([...healthy].filter(([path]) => path.startsWith('objects/') || path === 'jwks.yaml'));
  for (const [path, text] of filesBelow(join(FIXTURES, name))) {
    if (!path.startsWith('changes/')) files.set(path, text);
    else {
      const objects = path.replace('changes/', 'objects/');
      files.set(objects, changed(files.get(objects) ?? 'items: []', text));
    }
  }
  return [...files].map(([path, text]) => ({ path, text }));
}

/** A list of objects with some of them changed, added or gone, in the order of a cluster. */
function changed(text: string, changes: string): string {
  const read = (yaml: string) => readYaml(yaml, { duplicateKeys: 'refuse' }).value ?? null;
  const objects = new Map(
    listAt(read(text), 'items')
      .filter(isObject)
      .map((object) => [keyOf(object), object]),
  );
  for (const key of listAt(read(changes), 'gone')) objects.delete(String(key));
  for (const object of listAt(read(changes), 'items').filter(isObject)) objects.set(keyOf(object), object);
  const items = [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  return stringifyManifests([{ items }]);
}

function keyOf(object: JsonObject): string {
  return `${textAt(object, 'metadata', 'namespace') ?? ''}/${textAt(object, 'metadata', 'name') ?? ''}`;
}

/** A recorded cluster. */
export function recorded(name: string): Snapshot {
  const snapshot = filesToSnapshot(recordedFiles(name));
  if ('problem' in snapshot) throw new Error(snapshot.problem);
  return snapshot;
}
