import { field, isObject, type JsonObject, type JsonValue, listAt, scalarTextsAt, textAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { isRouteExportedTo } from '../egress/exported-to';

/** An http rule of a VirtualService, and the namespace its short hosts are of. */
export interface HttpRule {
  /** As it is written, or as istiod merges it. */
  readonly body: JsonValue;
  /** Namespace of the VirtualService it stands in. */
  readonly namespace: string;
}

const STRING_MATCHES = ['uri', 'scheme', 'method', 'authority'] as const;

/**
 * The http rules of a VirtualService, with those of another one in place of a rule that delegates to it. istiod leaves out a rule
 * whose delegate is not there, has hosts of its own, or is not exported to the namespace (istio/istio
 * pilot/pkg/model/virtualservice_controller.go `mergeVirtualServices`).
 *
 * @param exportTo who sees a VirtualService that does not say it
 */
export function httpRules(
  { body, namespace = 'default' }: Manifest,
  manifests: ManifestSet,
  exportTo: readonly string[],
): readonly HttpRule[] {
  return listAt(body, 'spec', 'http').flatMap((rule): readonly HttpRule[] => {
    const delegate = field(rule, 'delegate');
    if (!isObject(rule) || !isObject(delegate)) return [{ body: rule, namespace }];
    const own = textAt(delegate, 'namespace') || namespace;
    const found = byRef(manifests).get(`${own}/${textAt(delegate, 'name')}`);
    if (found === undefined || scalarTextsAt(found.body, 'spec', 'hosts').length > 0) return [];
    if (!isRouteExportedTo(found, namespace, exportTo)) return [];
    return listAt(found.body, 'spec', 'http').flatMap((inner) => {
      const match = isObject(inner) ? mergedMatches(listAt(rule, 'match'), listAt(inner, 'match')) : undefined;
      if (match === undefined || !isObject(inner)) return [];
      const { delegate: _, match: __, ...outer } = rule;
      return [{ body: { ...outer, ...inner, ...(match.length > 0 && { match }) }, namespace: own }];
    });
  });
}

function byRef(manifests: ManifestSet): ReadonlyMap<string, Manifest> {
  return onceFor(manifests, 'VirtualServices by name', () => {
    const all = manifests.ofKind('VirtualService', ISTIO_NETWORKING);
    return new Map(all.map((one) => [`${one.namespace ?? 'default'}/${one.name}`, one]));
  });
}

/** The alternatives of both rules together; undefined if one of the inner rule's does not fit any of the outer's: then istiod drops it. */
function mergedMatches(outer: readonly JsonValue[], inner: readonly JsonValue[]): readonly JsonValue[] | undefined {
  if (outer.length === 0) return inner;
  if (inner.length === 0) return outer;
  const merged = inner.map((leaf) => outer.flatMap((root) => mergedMatch(root, leaf)));
  return merged.some((fitting) => fitting.length === 0) ? undefined : merged.flat();
}

function mergedMatch(root: JsonValue, leaf: JsonValue): readonly JsonObject[] {
  if (!isObject(root) || !isObject(leaf)) return [];
  const isApart = STRING_MATCHES.some((key) => isOutside(field(root, key), field(leaf, key)));
  const ports = [field(root, 'port'), field(leaf, 'port')].filter((port) => port != null && port !== 0);
  if (isApart || new Set(ports).size > 1) return [];
  if ((field(root, 'ignoreUriCase') === true) !== (field(leaf, 'ignoreUriCase') === true)) return [];
  const [wide, narrow] = [root, leaf].map((match) => scalarTextsAt(match, 'gateways'));
  if (wide?.length && narrow?.some((name) => !wide.includes(name))) return [];
  const { headers, withoutHeaders, queryParams, ...rest } = { ...root, ...leaf };
  const maps = Object.entries({ headers, withoutHeaders, queryParams }).flatMap(([key, value]) => {
    const both = { ...objectOf(root[key]), ...objectOf(leaf[key]) };
    return value === undefined ? [] : [[key, both] as const];
  });
  return [{ ...rest, ...Object.fromEntries(maps) }];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Whether an inner test of a text is not a part of the outer one (`stringMatchConflict`). */
function isOutside(root: JsonValue | undefined, leaf: JsonValue | undefined): boolean {
  if (!isObject(root) || !isObject(leaf)) return false;
  const [outer, inner] = [root, leaf].map((match) => ({
    exact: textAt(match, 'exact'),
    prefix: textAt(match, 'prefix'),
  }));
  if (outer?.exact) return inner?.exact !== outer.exact;
  // Two regular expressions, or one and something else, are a conflict.
  if (!outer?.prefix) return true;
  return !(inner?.prefix ?? inner?.exact ?? '').startsWith(outer.prefix) || !(inner?.prefix || inner?.exact);
}
