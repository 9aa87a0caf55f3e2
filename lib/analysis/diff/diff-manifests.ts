import type { JsonValue } from '../../base/json';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf, ManifestSet } from '../../model/documents/manifest-set';
import { HIDDEN, KnownSecrets } from '../../model/secrets/known-secrets';
import { ISTIO_SECURITY, isIstioGroup } from '../../upstream/kubernetes/api-groups';
import { MeshModel } from '../access/mesh-model';
import type { AccessChange } from '../matrix/access-change';
import { compareAccess } from '../matrix/compare-access';
import { type ComparableDocument, comparableDocuments } from './documents';
import { type FieldDifference, fieldDifferences } from './field-differences';

/** An object or document that is not the same on both sides. */
export interface ObjectDifference {
  /** `AuthorizationPolicy shop/api` */
  readonly object: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** File it is in: the new one, or the old one if it is gone. */
  readonly file: string;
  /** Empty unless it is changed. */
  readonly fields: readonly FieldDifference[];
}

/** The differences between two sets of manifests. */
export interface ManifestDiff {
  /** In the order of the new manifests; removed objects come last. */
  readonly objects: readonly ObjectDifference[];
  /** How it changes who may call whom, as far as that is known. */
  readonly access: readonly AccessChange[];
}

/** The differences between old and new manifests: documents are matched by kind and name, wherever they are written. */
export function diffManifests(before: ManifestSet, after: ManifestSet): ManifestDiff {
  const old = comparableDocuments(before);
  const now = comparableDocuments(after);
  const secrets = KnownSecrets.ofAll([before, after]);
  const gone = [...old].flatMap(([key, document]) => (now.has(key) ? [] : [whole('removed', document)]));
  const objects = [...now].flatMap(([key, document]) => {
    const counterpart = old.get(key);
    return counterpart ? changed(counterpart, document, { isLive: false, secrets }) : [whole('added', document)];
  });
  return { objects: [...objects, ...gone], ...accessChanges([...objects, ...gone], before, after) };
}

/**
 * What applying the manifests would change in a cluster. Defaults that the cluster filled in are not differences, and
 * objects that only the cluster has are unknown.
 *
 * @param live the objects of the cluster that {@link kubernetesObjects} named
 */
export function diffCluster(live: ManifestSet, manifests: ManifestSet): ManifestDiff {
  const old = comparableDocuments(live);
  const secrets = KnownSecrets.ofAll([live, manifests]);
  const now = [...comparableDocuments(manifests)].filter(([, { manifest }]) => isInCluster(manifest));
  const objects = now.flatMap(([key, document]) => {
    const counterpart = old.get(key) ?? old.get(inDefaultNamespace(key));
    return counterpart ? changed(counterpart, document, { isLive: true, secrets }) : [whole('added', document)];
  });
  return { objects, ...accessChanges(objects, withOthers(live, manifests), manifests) };
}

/** A `List` of the Kubernetes objects, for `kubectl get -f -`; undefined if there are none. */
export function kubernetesObjects(manifests: ManifestSet): string | undefined {
  const items = manifests.all
    .filter(({ shape }) => shape === 'kubernetes')
    .map(({ apiVersion, kind, namespace, name }) => ({
      apiVersion,
      kind,
      // No more than the name: what else is in an object is nobody's business on the way to the cluster.
      metadata: { name, ...(namespace !== undefined && { namespace }) },
    }));
  return items.length === 0 ? undefined : JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function changed(
  before: ComparableDocument,
  { name, body, manifest }: ComparableDocument,
  { isLive, secrets }: { readonly isLive: boolean; readonly secrets: KnownSecrets },
): readonly ObjectDifference[] {
  const group = groupOf(manifest.apiVersion);
  const fields = fieldDifferences(before.body, body, {
    // Nothing fills in defaults in Istio's own kinds, so what only the cluster has was put there by somebody.
    onlyStated: isLive && !isIstioGroup(group),
    unordered: group === ISTIO_SECURITY,
  });
  const shown = fields.map((difference) => withoutSecret(manifest, difference, secrets));
  return fields.length === 0 ? [] : [{ object: name, kind: 'changed', file: manifest.file, fields: shown }];
}

/** That a secret differs is said; what it is is not. */
function withoutSecret(
  manifest: Manifest,
  { path, ...sides }: FieldDifference,
  secrets: KnownSecrets,
): FieldDifference {
  const isWhole = isSecret(manifest, path);
  const variable = /\[([^\][]+)\]\.value$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf('.') + 1);
  const show = (value: JsonValue | undefined) =>
    value === undefined ? undefined : isWhole ? HIDDEN : secrets.hideIn(value, variable);
  return { path: secrets.hide(path), before: show(sides.before), after: show(sides.after) };
}

/** What a Secret holds, also in a text inside it, and the secrets that tbot joins with, wherever they stand. */
function isSecret({ kind, shape, container }: Manifest, path: string): boolean {
  if (container?.manifest.kind === 'Secret') return true;
  if (kind === 'Secret') return /^(data|stringData)\b/.test(path);
  return shape === 'tbot-config' && /^onboarding\b/.test(path) && !/\.(?:join_method|ca_pins|ca_path)\b/.test(path);
}

function whole(kind: 'added' | 'removed', { name, manifest }: ComparableDocument): ObjectDifference {
  return { object: name, kind, file: manifest.file, fields: [] };
}

function accessChanges(
  objects: readonly ObjectDifference[],
  before: ManifestSet,
  after: ManifestSet,
): Pick<ManifestDiff, 'access'> {
  if (objects.length === 0) return { access: [] };
  return { access: compareAccess(MeshModel.from(before), MeshModel.from(after)) };
}

/** What the cluster runs under the mesh settings and Teleport resources that only files hold. */
export function withOthers(live: ManifestSet, manifests: ManifestSet): ManifestSet {
  return new ManifestSet([...live.all, ...manifests.all.filter((manifest) => !isInCluster(manifest))], live.files);
}

/** Whether it is, or is written in, an object that kubectl knows. */
function isInCluster({ shape, container }: Manifest): boolean {
  return container ? isInCluster(container.manifest) : shape === 'kubernetes';
}

/** The key of an object whose manifest leaves the namespace to kubectl. */
function inDefaultNamespace(key: string): string {
  return key.replace(/^\S+ \S* \S+ /, '$&default/');
}
