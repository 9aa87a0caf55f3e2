import { listAt } from '../../base/json';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { onlyBoundsConnections } from '../../upstream/istio/connection-duration';
import { isForSidecars } from '../../upstream/istio/outbound-traffic';
import { ISTIO_EXTENSIONS, ISTIO_NETWORKING, KUBERNETES_NETWORKING } from '../../upstream/kubernetes/api-groups';

/** Istio's kinds whose objects may change who reaches whom, but which the evaluator does not look at. */
const UNREAD: readonly (readonly [kind: string, group: string])[] = [
  ['NetworkPolicy', KUBERNETES_NETWORKING],
  ['Sidecar', ISTIO_NETWORKING],
  ['EnvoyFilter', ISTIO_NETWORKING],
  ['WasmPlugin', ISTIO_EXTENSIONS],
  ['VirtualService', ISTIO_NETWORKING],
  ['ServiceEntry', ISTIO_NETWORKING],
];

/** A sentence for each kind among the manifests that the evaluator does not look at; said with every decision. */
export function unreadKinds(manifests: ManifestSet): readonly string[] {
  return UNREAD.flatMap(([kind, group]) => {
    const count = manifests.ofKind(kind, group).filter(concernsWorkloads).length;
    const what = kind === 'Sidecar' ? 'Sidecar with ingress listeners' : kind;
    return count === 0 ? [] : [`${what}: ${count} in the manifests, not evaluated`];
  });
}

/** Routes of gateways only say what strangers can reach, and a bound of durations nothing at all: neither changes what workloads may. */
function concernsWorkloads({ kind, body }: Manifest): boolean {
  // What Sidecars import is looked at.
  if (kind === 'Sidecar') return listAt(body, 'spec', 'ingress').length > 0;
  if (kind === 'EnvoyFilter') return !onlyBoundsConnections(body);
  return kind !== 'VirtualService' || isForSidecars(listAt(body, 'spec', 'gateways'));
}
