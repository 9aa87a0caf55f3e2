import { compareTexts } from '../../base/compare-texts';
import { field, isObject, type JsonValue, listAt, numberAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { type OutboundTrafficMode, toOutboundMode } from '../../upstream/istio/outbound-traffic';
import { hostCovers } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { type Labelled, selects } from '../cluster/label-index';
import { isOlder } from '../documents/is-older';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** The outbound settings of a Sidecar for the workloads that it applies to. */
export interface SidecarScope {
  readonly manifest: Manifest;
  /** What `.` means in its hosts: the workload's namespace, also where the Sidecar is the root namespace's. */
  readonly namespace: string;
  /** Undefined if it uses the mesh's mode. */
  readonly mode: OutboundTrafficMode | undefined;
  /** Whether traffic to unknown hosts goes to an egress proxy. */
  readonly hasEgressProxy: boolean;
  /** Other Sidecars that apply to the workload if they are older, which the manifests do not say. */
  readonly rivals: readonly Manifest[];
  /** Its imports, listener by listener; undefined if it imports everything. */
  readonly imports: readonly SidecarImport[] | undefined;
}

/** The hosts of one egress listener of a Sidecar. */
interface SidecarImport {
  /** `namespace/host` of each. */
  readonly hosts: readonly string[];
  /** The one port of Services that the listener takes; undefined for all. */
  readonly port: number | undefined;
  /** Whether traffic does not get to the listener by itself, so that clients must ask it. */
  readonly isProxy: boolean;
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
  const selecting = own.filter((one) => selectorOf(one) !== undefined && selects(selectorOf(one) ?? {}, labels));
  const isWide = (one: Manifest) => selectorOf(one) === undefined;
  const candidates = [selecting, own.filter(isWide), inNamespace(rootNamespace).filter(isWide)];
  const [first, ...others] = [...(candidates.find((some) => some.length > 0) ?? [])].sort(byAge);
  if (first === undefined) return undefined;
  const rivals = others.filter((one) => isOlder(one, first) === undefined && !isAlike(one, first));
  return { ...toScope(first, namespace), rivals };
}

/** The oldest counts (istio/istio pilot/pkg/model/push_context.go `initSidecarScopes`); what has no age is taken by its name. */
function byAge(one: Manifest, other: Manifest): number {
  const isFirst = isOlder(one, other);
  return isFirst === undefined ? compareTexts(one.name, other.name) : isFirst ? -1 : 1;
}

function isAlike(one: Manifest, other: Manifest): boolean {
  const [own, their] = [one, other].map(({ body }) =>
    JSON.stringify([field(body, 'spec', 'egress') ?? [], field(body, 'spec', 'outboundTrafficPolicy') ?? null]),
  );
  return own === their;
}

function selectorOf({ body }: Manifest): Readonly<Record<string, string>> | undefined {
  return isObject(field(body, 'spec', 'workloadSelector'))
    ? textsAt(body, 'spec', 'workloadSelector', 'labels')
    : undefined;
}

function toScope(manifest: Manifest, namespace: string): Omit<SidecarScope, 'rivals'> {
  const policy = field(manifest.body, 'spec', 'outboundTrafficPolicy');
  const egress = listAt(manifest.body, 'spec', 'egress');
  return {
    manifest,
    namespace,
    // The first value of the enumeration is what an empty policy means.
    mode: isObject(policy) ? toOutboundMode(textAt(policy, 'mode') ?? 'REGISTRY_ONLY') : undefined,
    hasEgressProxy: field(policy, 'egressProxy') != null,
    imports: egress.length === 0 ? undefined : egress.map(toImport),
  };
}

function toImport(listener: JsonValue): SidecarImport {
  const protocol = textAt(listener, 'port', 'protocol') ?? '';
  return {
    hosts: scalarTextsAt(listener, 'hosts'),
    // 0 is what no port means.
    port: numberAt(listener, 'port', 'number') || undefined,
    isProxy: protocol.toUpperCase() === 'HTTP_PROXY' || textAt(listener, 'captureMode') === 'NONE',
  };
}

/**
 * Whether a Sidecar imports a host of a namespace; undefined if that is not evaluated.
 *
 * @param port the Service's port; omitted for any port
 */
export function importsHost(
  { namespace: own, imports }: SidecarScope,
  namespace: string,
  host: string,
  port?: number,
): boolean | undefined {
  if (imports === undefined) return true;
  const covers = (text: string): boolean => {
    const [place, wanted, ...more] = text.split('/');
    // istiod passes over what is not namespace/host.
    if (wanted === undefined || more.length > 0 || !hostCovers(wanted, host)) return false;
    return place === '*' || place === namespace || (place === '.' && own === namespace);
  };
  const listeners = imports.filter(
    ({ port: only, isProxy }) => isProxy || port === undefined || (only ?? port) === port,
  );
  const importing = listeners.filter(({ hosts }) => hosts.some(covers));
  // Newer releases leave out what `~namespace/host` covers; `~/*` is nothing for all of them.
  const isLeftOut = (text: string) => text.startsWith('~') && (covers(text.slice(1)) || covers(`*${text.slice(1)}`));
  if (importing.some(({ hosts, isProxy }) => !isProxy && !hosts.some(isLeftOut))) return true;
  return importing.length > 0 ? undefined : false;
}
