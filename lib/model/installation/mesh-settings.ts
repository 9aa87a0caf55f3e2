import { isVariable } from '../../base/is-variable';
import { field, type JsonValue, listAt, textAt } from '../../base/json';
import { type ConnectionSettings, connectionSettingsIn } from '../../upstream/istio/connection-settings';
import { type IngressSettings, ingressSettingsIn } from '../../upstream/istio/gateway-classes';
import { ANY_TRUST_DOMAIN_VARIABLE, SEVERAL_AUTHORIZERS_VARIABLE } from '../../upstream/istio/istiod-environment';
import {
  DEFAULT_TRUST_DOMAIN,
  ISTIO_NAMESPACE,
  type NormalizationMode,
  toNormalizationMode,
} from '../../upstream/istio/mesh-config';
import { type ServiceSetting, serviceSettingsIn } from '../../upstream/istio/multi-cluster';
import { parseBool } from '../../upstream/istio/parse-bool';
import type { Manifest } from '../documents/manifest';
import { type Authorizer, authorizerOf } from './authorizers';
import { type Installation, texts } from './installation';

/** The settings of the mesh's installation for identities and access. */
export interface MeshSettings {
  /** Trust domain of every identity that istiod computes; Istio's default if the files do not state it. */
  readonly trustDomain: string;
  /** Why the files do not state the trust domain, as a clause; undefined if they do. */
  readonly trustDomainUnknown: string | undefined;
  /** Further trust domains whose identities are treated as the mesh's own. */
  readonly trustDomainAliases: readonly string[];
  /** Trust domains of `caCertificates`, which a server also accepts. */
  readonly otherTrustDomains: readonly string[];
  /** Namespace whose policies apply to the whole mesh. */
  readonly rootNamespace: string;
  /** How proxies normalize a path before rules are evaluated. */
  readonly pathNormalization: NormalizationMode;
  /** Default path settings of proxies; undefined if they are not set. */
  readonly connectionSettings: ConnectionSettings | undefined;
  /** Selectors of the namespaces that istiod watches, as written; empty means all namespaces. */
  readonly discoverySelectors: readonly JsonValue[];
  /** Default `exportTo` of DestinationRules; empty means all namespaces. */
  readonly destinationRuleExportTo: readonly string[];
  /**
   * Settings of hosts that are only reached in their own cluster, as written.
   *
   * @internal
   */
  readonly serviceSettings: readonly ServiceSetting[];
  /** Default `exportTo` of VirtualServices. */
  readonly virtualServiceExportTo: readonly string[];
  /**
   * Which Ingresses of Kubernetes istiod takes for a gateway, and for which.
   *
   * @internal
   */
  readonly ingress: IngressSettings;
  /** Whether clients use mutual TLS without a DestinationRule wherever the server supports it. */
  readonly enableAutoMtls: boolean;
  /** External authorizers that CUSTOM policies can refer to; undefined if the mesh configuration is unknown. */
  readonly extensionProviders: ReadonlyMap<string, Authorizer> | undefined;
  /** Whether servers accept clients of any trust domain (`PILOT_SKIP_VALIDATE_TRUST_DOMAIN`). */
  readonly skipsTrustDomainCheck: boolean;
  /** Whether one workload may use several external authorizers (`PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`). */
  readonly severalAuthorizers: boolean;
  /** Why istiod does not read the policies of this cluster, as a clause; undefined if it does. */
  readonly controlPlaneElsewhere: string | undefined;
  /** The document it was read from; undefined if there is none, so that Istio's defaults apply. */
  readonly source: Manifest | undefined;
}

/**
 * Reads the mesh's settings from its installation. Of several, the first one decides: a running mesh before one to be
 * installed, and istioctl before Helm. Without any, Istio's defaults apply.
 */
export function readMeshSettings(installations: readonly Installation[]): MeshSettings {
  const [installation] = installations;
  const mesh = installation?.meshConfig ?? {};
  const isOn = (name: string) => parseBool(installation?.variable(name)?.setting);
  const source = installation?.pointerTo().manifest;
  const exported = texts(listAt(mesh, 'defaultVirtualServiceExportTo'));
  const isWhole = installation !== undefined && installation.incomplete === undefined;
  return {
    ...trustDomainOf(installations),
    trustDomainAliases: installation?.trustDomainAliases ?? [],
    otherTrustDomains: listAt(mesh, 'caCertificates').flatMap((ca) => texts(listAt(ca, 'trustDomains'))),
    rootNamespace:
      textAt(mesh, 'rootNamespace') ?? textAt(installation?.values, 'global', 'istioNamespace') ?? ISTIO_NAMESPACE,
    pathNormalization: toNormalizationMode(textAt(mesh, 'pathNormalization', 'normalization')),
    connectionSettings: connectionSettingsIn(field(mesh, 'defaultConfig')),
    discoverySelectors: listAt(mesh, 'discoverySelectors'),
    virtualServiceExportTo: exported.length > 0 ? exported : ['*'],
    destinationRuleExportTo: texts(listAt(mesh, 'defaultDestinationRuleExportTo')),
    serviceSettings: serviceSettingsIn(mesh),
    ingress: ingressSettingsIn(mesh),
    enableAutoMtls: field(mesh, 'enableAutoMtls') !== false,
    extensionProviders: isWhole ? authorizersIn(listAt(mesh, 'extensionProviders')) : undefined,
    skipsTrustDomainCheck: isOn(ANY_TRUST_DOMAIN_VARIABLE),
    severalAuthorizers: isOn(SEVERAL_AUTHORIZERS_VARIABLE),
    controlPlaneElsewhere: installations.some(isRemote) ? CONTROL_PLANE_ELSEWHERE : undefined,
    source,
  };
}

const CONTROL_PLANE_ELSEWHERE =
  'the installation uses a control plane in another cluster (istiodRemote), which reads the policies of that cluster and not of this one';

/**
 * Whether a cluster has no control plane of its own, and is not the one whose objects the other control plane reads (istio/istio
 * manifests/helm-profiles/remote.yaml, manifests/charts/istio-control/istio-discovery/values.yaml).
 */
function isRemote(installation: Installation): boolean {
  const { values } = installation;
  if (field(values, 'global', 'configCluster') === true) return false;
  const profile = textAt(installation.pointerTo().manifest.body, 'spec', 'profile') ?? textAt(values, 'profile');
  const address = textAt(values, 'global', 'remotePilotAddress') ?? '';
  return field(values, 'istiodRemote', 'enabled') === true || profile === 'remote' || address !== '';
}

type TrustDomainSetting = Pick<MeshSettings, 'trustDomain' | 'trustDomainUnknown'>;

/** The one trust domain that every installation has; an installation without any has Istio's default for sure. */
function trustDomainOf(installations: readonly Installation[]): TrustDomainSetting {
  const unknown = (because: string) => ({ trustDomain: DEFAULT_TRUST_DOMAIN, trustDomainUnknown: because });
  const counting = installations.some(({ by }) => by === 'cluster')
    ? installations.filter(({ by }) => by === 'cluster')
    : installations;
  const [first] = counting;
  if (first === undefined) return unknown('the files contain no Istio installation');
  const names = new Set<string>();
  for (const { trustDomains, incomplete } of counting) {
    const variable = trustDomains.find(isVariable);
    if (variable !== undefined) return unknown(`it is "${variable}", and that variable has no value`);
    if (trustDomains.length === 0 && incomplete !== undefined) return unknown(incomplete);
    for (const name of trustDomains.length > 0 ? trustDomains : [DEFAULT_TRUST_DOMAIN]) names.add(name);
  }
  const [name = DEFAULT_TRUST_DOMAIN, ...others] = names;
  if (others.length > 0) return unknown(`the files have different ones: ${[...names].sort().join(', ')}`);
  return { trustDomain: name, trustDomainUnknown: undefined };
}

/**
 * The authorizers among the providers; those for telemetry are unknown to CUSTOM policies. Of several with one name the last
 * counts (istio/istio pkg/config/mesh/mesh.go `ApplyMeshConfig`).
 */
function authorizersIn(providers: readonly JsonValue[]): ReadonlyMap<string, Authorizer> {
  const authorizers = new Map<string, Authorizer>();
  for (const provider of providers) {
    const name = textAt(provider, 'name') ?? '';
    authorizers.delete(name);
    const authorizer = authorizerOf(provider);
    if (authorizer) authorizers.set(name, authorizer);
  }
  return authorizers;
}
