import { isObject, type JsonObject, type JsonValue } from '../../base/json';

/** Trust domain of a mesh whose configuration sets none (istio/istio manifests/charts/istio-control/istio-discovery/templates/configmap.yaml). */
export const DEFAULT_TRUST_DOMAIN = 'cluster.local';

/** What stands in a principal for the mesh's own trust domain, whatever that is called (istio/istio pilot/pkg/security/trustdomain/bundle.go). */
export const PRINCIPAL_OF_MESH = DEFAULT_TRUST_DOMAIN;

/** Namespace of istiod, and of the policies that are for the whole mesh, unless something else is configured. */
export const ISTIO_NAMESPACE = 'istio-system';

/** Keys of `extensionProviders` that CUSTOM policies can ask (istio/api mesh/v1alpha1/config.proto). */
export const EXTERNAL_AUTHORIZERS = ['envoyExtAuthzGrpc', 'envoyExtAuthzHttp'] as const;

/** Providers that every mesh has without naming them (istio/istio pkg/config/mesh/mesh.go `DefaultMeshConfig`). */
export const BUILT_IN_PROVIDERS: ReadonlySet<string> = new Set(['prometheus', 'stackdriver', 'envoy']);

/** Values of `pathNormalization.normalization`; `DEFAULT` is `BASE`. */
export type NormalizationMode = 'DEFAULT' | 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';

const NORMALIZATIONS: ReadonlySet<string> = new Set<NormalizationMode>([
  ...(['DEFAULT', 'NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const),
]);

/** Reads `pathNormalization.normalization`; what istiod does not know counts as its default. */
export function toNormalizationMode(text: string | undefined): NormalizationMode {
  return NORMALIZATIONS.has(text ?? '') ? (text as NormalizationMode) : 'DEFAULT';
}

/**
 * Lays settings over others as istioctl lays `spec.meshConfig` over `spec.values.meshConfig`, and Helm one file of values
 * over another: mapping by mapping, and lists are replaced as a whole (istio/istio operator/pkg/values/map.go `MergeFrom`,
 * operator/pkg/render/manifest.go `translateIstioOperatorToHelm`). Null takes a setting away.
 */
export function overlaySettings(below: JsonObject, above: JsonObject): JsonObject {
  const merged = new Map<string, JsonValue>(Object.entries(below));
  for (const [key, setting] of Object.entries(above)) {
    const own = merged.get(key);
    if (setting === null) merged.delete(key);
    else merged.set(key, isObject(own) && isObject(setting) ? overlaySettings(own, setting) : setting);
  }
  return Object.fromEntries(merged);
}
