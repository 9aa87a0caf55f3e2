import { textAt } from '../../base/json';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { hostCovers, resolveHost, serviceHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { MeshModel } from '../access/mesh-model';
import type { FleetMember } from './fleet-member';

/** What a workload is to the proxies of another cluster: an identity, or nobody they know, with the reason. */
export type RemoteCaller =
  | { readonly identity: string; readonly assumptions: readonly string[] }
  | { readonly unknown: string };

/** How a workload comes to another cluster of its mesh. */
export function remoteCaller({ name, model }: FleetMember, workload: Workload): RemoteCaller {
  const proxy = model.proxyOf(workload);
  const ref = `${name}:${workload.ref}`;
  if (!('authority' in proxy)) {
    return { unknown: `${ref} has no identity to come with: ${'because' in proxy ? proxy.because : proxy.kind}` };
  }
  if (proxy.authority !== 'workload-api' || proxy.identity === undefined) {
    return {
      unknown: `the manifests do not say that ${ref} gets its certificate from the Workload API: whether another cluster trusts it is open`,
    };
  }
  return { identity: proxy.identity, assumptions: proxy.assumptions };
}

/** Why a caller's own cluster keeps its requests from a Service of another cluster; undefined if nothing in it does. */
export function keptAtHome(
  { name, model }: FleetMember,
  callee: Service | Workload,
  crossesNetworks: boolean,
): string | undefined {
  if (!('workloads' in callee)) return 'no Service leads to it, and only Services are known to other clusters';
  if (callee.headless && crossesNetworks) {
    return 'the Service is headless: its name leads to addresses of pods, which nobody on another network reaches';
  }
  if (!model.settings.enableAutoMtls)
    return `meshConfig.enableAutoMtls of ${name} is false, so its proxies send plain text`;
  if (model.cluster.peerAuthentications.namespaceModeOf(callee.namespace).mode === 'DISABLE') {
    return `a PeerAuthentication of ${name} says DISABLE for the namespace ${callee.namespace}, so its proxies send plain text`;
  }
  const rule = model.manifests
    .ofKind('DestinationRule', ISTIO_NETWORKING)
    .find(({ body, namespace }) =>
      hostCovers(resolveHost(textAt(body, 'spec', 'host') ?? '', namespace ?? 'default'), serviceHost(callee)),
    );
  return (
    rule &&
    `DestinationRule ${rule.namespace}/${rule.name} of ${name} may change how its proxies connect, and is not looked at`
  );
}

/** What a client needs beside the right to call: to find the name. */
export function nameAssumption({ name, model }: FleetMember, callee: Service | Workload): readonly string[] {
  if (hasService(model, callee)) return [];
  return [
    `proxies of ${name} answer for the name themselves (ISTIO_META_DNS_CAPTURE): no Service ${callee.ref} is there to be looked up`,
  ];
}

function hasService({ manifests }: MeshModel, { namespace, name }: Service | Workload): boolean {
  return manifests.find('Service', namespace, name) !== undefined;
}
