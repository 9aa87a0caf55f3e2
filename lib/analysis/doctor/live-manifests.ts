import { type JsonObject, listAt, textAt } from '../../base/json';
import { type ReadResult, readManifests } from '../../model/documents/read-manifests';
import type { Snapshot } from './snapshot';
import { BOT_INSTANCE } from './teleport-answers';

/**
 * The objects of a cluster, and what Teleport gave out, as manifests, for everything that reads manifests. Pods and what else a
 * controller has made are left out: what made them says the same.
 */
export function liveManifests({ objects, teleport = [] }: Pick<Snapshot, 'objects' | 'teleport'>): ReadResult {
  const files = [...objects].flatMap(([name, all]) => {
    const items = all.filter(
      (object) => name !== 'events' && listAt(object, 'metadata', 'ownerReferences').length === 0,
    );
    return items.length === 0 ? [] : [fileOf(`objects/${name}`, { apiVersion: 'v1', kind: 'List', items })];
  });
  const resources = teleport.filter((resource) => textAt(resource, 'kind') !== BOT_INSTANCE);
  return readManifests([...files, ...resources.map((resource, index) => fileOf(`teleport/${index}`, resource))]);
}

function fileOf(file: string, document: JsonObject) {
  return { file, text: JSON.stringify(document), documents: [document] };
}
