import { textAt } from '../../base/json';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { isClusterLocal } from '../../upstream/istio/multi-cluster';
import { hostCovers, resolveHost, serviceHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { MeshModel } from '../access/mesh-model';
import { discoveryIn, type FleetMember } from './fleet-member';

/** A workload as proxies of another cluster see it: an identity, or an unknown caller with the reason. */
export type RemoteCaller =
  | { readonly identity: string; readonly assumptions: readonly string[] }
  | { readonly unknown: string };

/** The identity with which a workload calls other clusters of its mesh. */
export function remoteCaller({ name, model }: FleetMember, workload: Workload): RemoteCaller {
  const proxy = model.proxyOf(workload);
  const ref = `${name}:${workload.ref}`;
  if (!('authority' in proxy)) {
    return { unknown: `${ref} has no identity to present: ${'because' in proxy ? proxy.because : proxy.kind}` };
  }
  if (proxy.authority !== 'workload-api' || proxy.identity === undefined) {
    return {
      unknown: `the manifests do not state that ${ref} gets its certificate from the Workload API, so it is unknown whether another cluster trusts it`,
    };
  }
  return { identity: proxy.identity, assumptions: proxy.assumptions };
}

/** Whether a workload comes to other clusters with an identity, trusted there or not; otherwise it comes as anybody from outside. */
export function presentsIdentity(model: MeshModel, workload: Workload): boolean {
  return 'authority' in model.proxyOf(workload);
}

/** Why a request does not leave its cluster, or possibly does not. */
export interface Kept {
  readonly because: string;
  /** Whether it surely does not; otherwise that is not evaluated. */
  readonly isSure: boolean;
}

/** Why a caller's own cluster prevents its requests to a Service of another cluster; undefined if it does not. */
export function keptAtHome(from: FleetMember, callee: Service | Workload, to: FleetMember): Kept | undefined {
  const { name, model, membership } = from;
  const crossesNetworks = membership.network !== to.membership.network;
  if (!('workloads' in callee)) {
    return {
      because: 'no Service selects it, and other clusters know only Services',
      isSure: crossesNetworks,
    };
  }
  if (staysInCluster(model, callee)) {
    const because = `meshConfig.serviceSettings of ${name} keep requests for ${callee.ref} in their cluster (clusterLocal)`;
    return { because, isSure: true };
  }
  if (callee.headless && crossesNetworks) {
    const because =
      'the Service is headless: its name resolves to addresses of pods, which are unreachable from other networks';
    return { because, isSure: true };
  }
  const isSeen = discoveryIn(from, to).includes(callee.namespace);
  if (isSeen !== true) {
    const because = `meshConfig.discoverySelectors of ${name} ${isSeen === false ? 'do not select' : 'may not select'} the namespace ${callee.namespace} of ${to.name}, so its proxies do not know the Service`;
    return { because, isSure: isSeen === false && crossesNetworks };
  }
  const because = keptBySettings(name, model, callee);
  return because === undefined ? undefined : { because, isSure: false };
}

function keptBySettings(name: string, model: MeshModel, callee: Service): string | undefined {
  const { controlPlaneElsewhere, enableAutoMtls } = model.settings;
  if (controlPlaneElsewhere !== undefined) return `${name}: ${controlPlaneElsewhere}, and its rules for clients too`;
  if (!enableAutoMtls) return `meshConfig.enableAutoMtls of ${name} is false, so its proxies send plain text`;
  // Each control plane looks at the policies of its own cluster (istio/istio pilot/pkg/xds/endpoints/mtls_checker.go).
  if (model.cluster.peerAuthentications.namespaceModeOf(callee.namespace).mode === 'DISABLE') {
    return `a PeerAuthentication of ${name} sets DISABLE for the namespace ${callee.namespace}, so its proxies send plain text`;
  }
  return keptByRule(name, model, callee);
}

/** A DestinationRule of the caller's cluster that changes the TLS of its proxies; one about load balancing does not. */
function keptByRule(name: string, model: MeshModel, callee: Service): string | undefined {
  const { destinationRules } = model.cluster;
  if (!destinationRules.concern(callee)) return undefined;
  const host = serviceHost(callee);
  const rule = model.manifests
    .ofKind('DestinationRule', ISTIO_NETWORKING)
    .find(
      (one) =>
        hostCovers(resolveHost(textAt(one.body, 'spec', 'host') ?? '', one.namespace ?? 'default'), host) &&
        saysTls(one.body.spec),
    );
  return (
    rule &&
    `DestinationRule ${rule.namespace}/${rule.name} of ${name} may change how its proxies connect, and is not evaluated`
  );
}

/** Whether TLS is set anywhere in a DestinationRule to something other than the mesh's own. */
function saysTls(spec: unknown): boolean {
  if (Array.isArray(spec)) return spec.some(saysTls);
  if (typeof spec !== 'object' || spec === null) return false;
  return Object.entries(spec).some(([key, value]) => (key === 'tls' ? !isMutual(value) : saysTls(value)));
}

function isMutual(tls: unknown): boolean {
  const { mode, ...rest } = (tls ?? {}) as { readonly mode?: unknown };
  return mode === 'ISTIO_MUTUAL' && Object.keys(rest).length === 0;
}

/** Whether proxies of a cluster only use pods of their own cluster for a Service. */
export function staysInCluster({ settings }: MeshModel, callee: Service): boolean {
  return isClusterLocal(settings.serviceSettings, serviceHost(callee));
}

/** The assumption that a client can resolve the name of a Service of another cluster. */
export function nameAssumption({ name, model }: FleetMember, callee: Service | Workload): readonly string[] {
  if (hasService(model, callee)) return [];
  return [
    `proxies of ${name} resolve the name themselves (ISTIO_META_DNS_CAPTURE), because ${name} has no Service ${callee.ref}`,
  ];
}

function hasService({ manifests }: MeshModel, { namespace, name }: Service | Workload): boolean {
  return manifests.find('Service', namespace, name) !== undefined;
}
