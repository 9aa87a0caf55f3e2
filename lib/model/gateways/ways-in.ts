import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex } from '../cluster/label-index';
import type { Workload } from '../cluster/workload';
import type { ManifestSet } from '../documents/manifest-set';
import { isRouteExportedTo } from '../egress/exported-to';
import type { Discovery } from '../installation/discovery';
import type { MeshSettings } from '../installation/mesh-settings';
import { type GatewayRoute, gatewayRoutes, podsOfGateway } from './gateway-routes';

/** A route from a Gateway, and the pods that serve it; none if they are not known. */
export interface WayIn {
  readonly route: GatewayRoute;
  readonly pods: readonly Workload[];
}

/** Every route from a Gateway to a Service that istiod looks at and the Gateway's pods see, with those pods. */
export function findWaysIn(
  manifests: ManifestSet,
  pods: LabelIndex<Workload>,
  { virtualServiceExportTo: byDefault }: MeshSettings,
  discovery: Discovery,
): readonly WayIn[] {
  return gatewayRoutes(manifests, byDefault).flatMap((route): readonly WayIn[] => {
    const namespaces = [route.manifest.namespace ?? 'default', route.gateway.namespace];
    if (namespaces.some((name) => discovery.includes(name) === false)) return [];
    const all = podsOfGateway(route, manifests, pods);
    const seeing = all.filter(({ namespace }) => isSeenFrom(route, namespace, byDefault));
    return all.length > 0 && seeing.length === 0 ? [] : [{ route, pods: seeing }];
  });
}

/** Whether the gateways of a namespace see a route; those of the Gateway API are attached by what listeners allow. */
function isSeenFrom({ api, manifest }: GatewayRoute, from: string, byDefault: readonly string[]): boolean {
  return api !== ISTIO_NETWORKING || isRouteExportedTo(manifest, from, byDefault);
}
