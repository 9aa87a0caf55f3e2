import { InvalidInputError } from '../../base/invalid-input-error';
import { stringifyManifests } from '../../base/yaml/write-yaml';
import type { TeleportResourceKind } from '../../upstream/teleport/resource-kinds';
import { MESH_RESOURCE_KINDS } from '../../upstream/teleport/resource-kinds';
import type { TctlDocument, TeleportResource } from './teleport-resource';

/** What is referred to comes first: `tctl` stops at the first document that fails. */
const ORDER: readonly TeleportResourceKind[] = MESH_RESOURCE_KINDS;

/**
 * The resources and everything they refer to, each once, in the order in which Teleport needs them.
 *
 * @internal
 *
 * @throws InvalidInputError if two different resources have the same kind and name
 */
export function withReferences(resources: readonly TeleportResource[]): readonly TeleportResource[] {
  const found = new Map<string, TeleportResource>();
  const visit = (resource: TeleportResource): void => {
    const key = `${ORDER.indexOf(resource.kind)}/${resource.name}`;
    const known = found.get(key);
    if (known === resource) return;
    if (known !== undefined) {
      throw new InvalidInputError({
        where: 'Teleport resources',
        problem: `two resources have the same kind and name, and the second would overwrite the first`,
        value: `${resource.kind}/${resource.name}`,
        allowed: 'one resource of each kind and name',
        fix: 'rename one, or use the same object twice',
      });
    }
    found.set(key, resource);
    resource.references.forEach(visit);
  };
  resources.forEach(visit);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
}

/**
 * Plain data for `tctl create -f`: the resources with everything they refer to, in the order Teleport needs.
 *
 * @throws InvalidInputError if a resource is incomplete, or two have the same kind and name
 */
export function toTctlDocuments(resources: readonly TeleportResource[]): readonly TctlDocument[] {
  return withReferences(resources).map((resource) => resource.toTctlDocument());
}

/**
 * The content of a file for `tctl create -f`; the same resources give the same bytes.
 *
 * @throws InvalidInputError if a resource is incomplete, or two have the same kind and name
 */
export function printTctlDocuments(resources: readonly TeleportResource[]): string {
  return stringifyManifests(toTctlDocuments(resources));
}
