import { addTo } from '../../base/add-to';
import { isObject, type JsonObject } from '../../base/json';
import { fromPointer } from '../../base/json-pointer';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf, type ManifestSet } from '../../model/documents/manifest-set';
import { shownName } from '../../model/secrets/known-secrets';
import { SERVER_ANNOTATIONS, SERVER_METADATA } from '../../upstream/kubernetes/server-fields';

/** One document as it is compared. */
export interface ComparableDocument {
  readonly manifest: Manifest;
  /** Names it for people, and is the same on both sides. */
  readonly name: string;
  /** What is compared: without texts that are documents themselves, and without what an API server adds. */
  readonly body: JsonObject;
}

/** The documents of a set by what makes them the same document; of two that are the same the second gets a number. */
export function comparableDocuments(manifests: ManifestSet): ReadonlyMap<string, ComparableDocument> {
  const compared = manifests.all.filter(isCompared);
  const embedded = new Map<Manifest, string[]>();
  for (const { container } of compared) {
    if (!container) continue;
    addTo(embedded, container.manifest, container.pointer);
  }
  const documents = new Map<string, ComparableDocument>();
  const counts = new Map<string, number>();
  for (const manifest of compared) {
    const key = identity(manifest);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const number = count === 1 ? '' : ` #${count}`;
    documents.set(`${key}${number}`, {
      manifest,
      name: `${displayName(manifest, shownName(manifest))}${number}`,
      body: bodyOf(manifest, embedded.get(manifest) ?? []),
    });
  }
  return documents;
}

/** A template is compared as the text it is: only a part of it is data. */
function isCompared({ shape }: Manifest): boolean {
  return shape !== 'injection-template';
}

/** The version is left out: an object stays itself when it moves from v1beta1 to v1. */
function identity(manifest: Manifest): string {
  const { apiVersion, container, shape } = manifest;
  if (container) return `${identity(container.manifest)}${container.pointer}`;
  return `${shape} ${groupOf(apiVersion)} ${displayName(manifest, manifest.name)}`;
}

/** `AuthorizationPolicy shop/api`, `ConfigMap teleport-system/tbot › tbot.yaml`, `HelmValues values-istiod.yaml`. */
function displayName({ kind, namespace, container }: Manifest, name: string): string {
  if (container) {
    return `${displayName(container.manifest, container.manifest.name)} › ${fromPointer(container.pointer).at(-1)}`;
  }
  // What has no name of its own has that of its file; the directories are what people compare.
  const own = name.slice(name.lastIndexOf('/') + 1);
  return `${kind} ${namespace === undefined ? own : `${namespace}/${own}`}`;
}

function bodyOf({ body }: Manifest, embedded: readonly string[]): JsonObject {
  const { status: _, ...stated } = body;
  const { metadata } = stated;
  const bare = isObject(metadata) ? { ...stated, metadata: withoutServerFields(metadata) } : stated;
  return embedded.length === 0 ? bare : without(bare, embedded.map(fromPointer));
}

function withoutServerFields({ annotations, ...metadata }: JsonObject): JsonObject {
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_METADATA.has(key)));
  if (!isObject(annotations)) return own;
  const kept = Object.entries(annotations).filter(([key]) => !SERVER_ANNOTATIONS.has(key));
  return kept.length === 0 ? own : { ...own, annotations: Object.fromEntries(kept) };
}

/** The object without the fields at the paths; each part of it is copied once, however many there are. */
function without(object: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const gone = new Set<string>();
  const deeper = new Map<string, (readonly string[])[]>();
  for (const [key = '', ...rest] of paths) {
    if (rest.length === 0) gone.add(key);
    else addTo(deeper, key, rest);
  }
  const kept = Object.entries(object).filter(([key]) => !gone.has(key));
  return Object.fromEntries(
    kept.map(([key, child]) => {
      const below = deeper.get(key);
      return [key, below !== undefined && isObject(child) ? without(child, below) : child];
    }),
  );
}
