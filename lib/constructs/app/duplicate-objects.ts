/** One object as it will be written, and the construct it came from. */
export interface WrittenObject {
  /** Construct path, for messages. */
  readonly path: string;
  /** The file it goes to; objects of files that are never applied together may share a name. */
  readonly file: string;
  /** The manifest. */
  readonly manifest: Record<string, unknown>;
}

/**
 * Says which objects would overwrite each other: the last one applied of a kind, namespace and name silently wins, and
 * cdk8s does not look.
 *
 * Objects of `variants/` are alternatives, so each of those files is compared only with itself.
 */
export function findDuplicateObjects(objects: readonly WrittenObject[]): readonly string[] {
  const first = new Map<string, WrittenObject>();
  const messages: string[] = [];
  for (const object of objects) {
    const appliedWith = object.file.includes('/') ? object.file : '';
    const key = `${appliedWith}|${toKey(object.manifest)}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, object);
    } else {
      messages.push(
        `[${object.path}] ${toKey(object.manifest)} already exists at ${earlier.path}: the one applied last would win. ` +
          'Allowed: one object of a kind, namespace and name. Fix: rename one of them.',
      );
    }
  }
  return messages;
}

/** Kind with its group, without the version: `apps/v1` and `apps/v1beta1` name the same object. */
function toKey(manifest: Record<string, unknown>): string {
  const metadata = (manifest.metadata ?? {}) as { namespace?: string; name?: string };
  const apiVersion = String(manifest.apiVersion);
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  const place = metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
  return `${String(manifest.kind)}${group} ${place}${String(metadata.name)}`;
}
