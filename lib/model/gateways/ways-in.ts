import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex } from '../cluster/label-index';
import type { Workload } from '../cluster/workload';
import type { ManifestSet } from '../documents/manifest-set';
import { isExportedTo, isRouteExportedTo } from '../egress/exported-to';
import type { Discovery } from '../installation/discovery';
import type { MeshSettings } from '../installation/mesh-settings';
import type { AttachedRoute, GatewayRoute, RouteWithTargets } from './attached-route';
import { gatewayRoutes, podsOfGateway } from './gateway-routes';

/** A route from a Gateway, and the pods that serve it; none if they are not known. */
export interface WayIn {
  readonly route: GatewayRoute;
  readonly pods: readonly Workload[];
}

/** A route at its Gateway, wherever it leads, and the pods that serve it; none if they are not known. */
export interface RouteAtPods extends RouteWithTargets {
  readonly pods: readonly Workload[];
  /** Namespaces of which the manifests do not say whether istiod looks at them. */
  readonly undiscovered: readonly string[];
}

/** Every route of a Gateway that istiod looks at and the Gateway's pods see, with those pods. */
export function findRoutesAtPods(
  manifests: ManifestSet,
  pods: LabelIndex<Workload>,
  settings: MeshSettings,
  discovery: Discovery,
): readonly RouteAtPods[] {
  const { virtualServiceExportTo: byDefault } = settings;
  return gatewayRoutes(manifests, settings).flatMap(({ route, leads }): readonly RouteAtPods[] => {
    const { manifest, gateway, selector } = route;
    // A Gateway that istiod makes itself is in no namespace.
    const places = [manifest.namespace ?? 'default', ...(selector === undefined ? [gateway.namespace] : [])];
    const namespaces = [...new Set(places)];
    if (namespaces.some((name) => discovery.includes(name) === false)) return [];
    const undiscovered = namespaces.filter((name) => discovery.includes(name) === undefined);
    const all = podsOfGateway(route, manifests, pods);
    const seeing = all.filter(({ namespace }) => isSeenFrom(route, namespace, byDefault));
    return all.length > 0 && seeing.length === 0 ? [] : [{ route, leads, pods: seeing, undiscovered }];
  });
}

/**
 * Whether the gateways of a namespace see a route. What istiod makes of those of the Gateway API is exported as the mesh says, too
 * (istio/istio pilot/pkg/model/virtualservice_controller.go `mergeVirtualServices`).
 */
function isSeenFrom({ api, manifest }: AttachedRoute, from: string, byDefault: readonly string[]): boolean {
  if (api === ISTIO_NETWORKING) return isRouteExportedTo(manifest, from, byDefault);
  return isExportedTo(byDefault, manifest.namespace ?? 'default', from);
}
