import { field, isObject, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { type OutboundTrafficMode, toOutboundMode } from '../../upstream/istio/outbound-traffic';
import { hostCovers } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { type Labelled, selects } from '../cluster/label-index';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** What a Sidecar says about the outbound traffic of the workloads it is for. */
export interface SidecarScope {
  readonly manifest: Manifest;
  /** Undefined if it leaves that to the mesh. */
  readonly mode: OutboundTrafficMode | undefined;
  /** Whether unknown traffic is sent to a proxy of its own. */
  readonly hasEgressProxy: boolean;
  /** `namespace/host` of everything it imports; undefined if it imports everything. */
  readonly hosts: readonly string[] | undefined;
}

/**
 * The Sidecar of a workload: one that selects it, else one of its namespace without a selector, else one of the root
 * namespace without a selector (istio/istio pilot/pkg/model/push_context.go `doGetSidecarScope`).
 */
export function sidecarScopeOf(
  { namespace, labels }: Labelled,
  rootNamespace: string,
  manifests: ManifestSet,
): SidecarScope | undefined {
  const all = manifests.ofKind('Sidecar', ISTIO_NETWORKING);
  const inNamespace = (name: string) => all.filter((one) => (one.namespace ?? 'default') === name);
  const own = inNamespace(namespace);
  const found =
    own.find((one) => selectorOf(one) !== undefined && selects(selectorOf(one) ?? {}, labels)) ??
    own.find((one) => selectorOf(one) === undefined) ??
    inNamespace(rootNamespace).find((one) => selectorOf(one) === undefined);
  return found && toScope(found);
}

function selectorOf({ body }: Manifest): Readonly<Record<string, string>> | undefined {
  return isObject(field(body, 'spec', 'workloadSelector'))
    ? textsAt(body, 'spec', 'workloadSelector', 'labels')
    : undefined;
}

function toScope(manifest: Manifest): SidecarScope {
  const policy = field(manifest.body, 'spec', 'outboundTrafficPolicy');
  const egress = listAt(manifest.body, 'spec', 'egress');
  return {
    manifest,
    // The first value of the enumeration is what an empty policy means.
    mode: isObject(policy) ? toOutboundMode(textAt(policy, 'mode') ?? 'REGISTRY_ONLY') : undefined,
    hasEgressProxy: field(policy, 'egressProxy') != null,
    hosts: egress.length === 0 ? undefined : egress.flatMap((listener) => scalarTextsAt(listener, 'hosts')),
  };
}

/** Whether a Sidecar imports a host of a namespace; undefined if that is said in a way that is not read here. */
export function importsHost({ manifest, hosts }: SidecarScope, namespace: string, host: string): boolean | undefined {
  if (hosts === undefined) return true;
  if (hosts.some((text) => text.startsWith('~') && !text.startsWith('~/'))) return undefined;
  return hosts.some((text) => {
    const slash = text.indexOf('/');
    const [place, wanted] = [text.slice(0, slash), text.slice(slash + 1)];
    const isThere =
      place === '*' || place === namespace || (place === '.' && (manifest.namespace ?? 'default') === namespace);
    return isThere && hostCovers(wanted, host);
  });
}
