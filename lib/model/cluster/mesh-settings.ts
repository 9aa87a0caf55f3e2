import { field, isObject, type JsonObject, listAt, objectAt, scalarText, textAt } from '../../base/json';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { parseBool } from './parse-bool';

/** `meshConfig.pathNormalization.normalization`; `DEFAULT` is `BASE`. */
export type NormalizationMode = 'DEFAULT' | 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';

/** What the mesh's installation says about identities and access. */
export interface MeshSettings {
  /** Trust domain of every identity istiod computes. */
  readonly trustDomain: string;
  /** Further trust domains whose identities count as the mesh's own. */
  readonly trustDomainAliases: readonly string[];
  /** Trust domains of `caCertificates`, which a server also accepts. */
  readonly otherTrustDomains: readonly string[];
  /** Namespace whose policies are for the whole mesh. */
  readonly rootNamespace: string;
  /** How proxies normalize a path before rules look at it. */
  readonly pathNormalization: NormalizationMode;
  /** Whether clients use mutual TLS wherever the other side can, without a DestinationRule. */
  readonly enableAutoMtls: boolean;
  /** External authorizers that CUSTOM policies can name; undefined if the mesh configuration is not known. */
  readonly extensionProviders: ReadonlySet<string> | undefined;
  /** Whether servers accept clients of any trust domain (`PILOT_SKIP_VALIDATE_TRUST_DOMAIN`). */
  readonly skipsTrustDomainCheck: boolean;
  /** Whether one workload may ask several external authorizers (`PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`). */
  readonly severalAuthorizers: boolean;
  /** The document it was read from; undefined if there was none, so that everything is Istio's default. */
  readonly source: Manifest | undefined;
}

const NORMALIZATIONS: ReadonlySet<string> = new Set(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']);

/**
 * Reads the mesh's settings from whichever of these is there: the `istio` ConfigMap of a running mesh, an IstioOperator
 * file, or Helm values. Without any, Istio's defaults hold.
 */
export function readMeshSettings(manifests: ManifestSet): MeshSettings {
  const inCluster = manifests.ofKind('MeshConfig')[0];
  const operator = manifests.ofKind('IstioOperator')[0];
  const values =
    manifests.ofKind('HelmValues').find(({ body }) => isObject(body.meshConfig)) ?? firstIstiodValues(manifests);
  const source = inCluster ?? operator ?? values;
  const chart = operator ? objectAt(operator.body, 'spec', 'values') : (firstIstiodValues(manifests)?.body ?? {});
  // istioctl lays spec.meshConfig over the values' own.
  const installed = { ...objectAt(chart, 'meshConfig'), ...objectAt(operator?.body, 'spec', 'meshConfig') };
  const mesh = inCluster?.body ?? installed;
  return fromDocuments(inCluster || operator ? mesh : objectAt(values?.body, 'meshConfig'), chart, {
    source,
    env: istiodEnvironment(chart, operator),
    installedIn: textAt(operator?.body, 'spec', 'namespace') ?? textAt(chart, 'global', 'istioNamespace'),
  });
}

interface Surroundings {
  readonly source: Manifest | undefined;
  readonly env: JsonObject;
  readonly installedIn: string | undefined;
}

function fromDocuments(mesh: JsonObject, chart: JsonObject, around: Surroundings): MeshSettings {
  const normalization = textAt(mesh, 'pathNormalization', 'normalization') ?? 'DEFAULT';
  return {
    trustDomain: textAt(mesh, 'trustDomain') ?? textAt(chart, 'global', 'trustDomain') ?? 'cluster.local',
    trustDomainAliases: texts(listAt(mesh, 'trustDomainAliases')),
    otherTrustDomains: listAt(mesh, 'caCertificates').flatMap((ca) => texts(listAt(ca, 'trustDomains'))),
    rootNamespace: textAt(mesh, 'rootNamespace') ?? around.installedIn ?? 'istio-system',
    pathNormalization: NORMALIZATIONS.has(normalization) ? (normalization as NormalizationMode) : 'DEFAULT',
    enableAutoMtls: field(mesh, 'enableAutoMtls') !== false,
    extensionProviders:
      around.source && new Set(listAt(mesh, 'extensionProviders').flatMap((p) => textAt(p, 'name') ?? [])),
    skipsTrustDomainCheck: parseBool(scalarText(around.env.PILOT_SKIP_VALIDATE_TRUST_DOMAIN)),
    severalAuthorizers: parseBool(scalarText(around.env.PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS)),
    source: around.source,
  };
}

/** The values of the istiod chart, told from those of other charts by what only istiod has. */
function firstIstiodValues(manifests: ManifestSet): Manifest | undefined {
  return manifests
    .ofKind('HelmValues')
    .find(({ body }) => isObject(body.meshConfig) || isObject(body.sidecarInjectorWebhook));
}

function istiodEnvironment(chart: JsonObject, operator: Manifest | undefined): JsonObject {
  const component = listAt(operator?.body, 'spec', 'components', 'pilot', 'k8s', 'env').flatMap((entry) => {
    const name = textAt(entry, 'name');
    return name === undefined ? [] : [[name, field(entry, 'value') ?? null] as const];
  });
  return { ...objectAt(chart, 'pilot', 'env'), ...objectAt(chart, 'env'), ...Object.fromEntries(component) };
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((entry): entry is string => typeof entry === 'string' && entry !== '');
}
