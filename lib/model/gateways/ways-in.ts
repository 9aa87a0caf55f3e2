import { addTo } from '../../base/add-to';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex } from '../cluster/label-index';
import { type Service, targetPort } from '../cluster/service';
import type { Workload } from '../cluster/workload';
import type { ManifestSet } from '../documents/manifest-set';
import { isExportedTo, isRouteExportedTo } from '../egress/exported-to';
import type { Discovery } from '../installation/discovery';
import type { MeshSettings } from '../installation/mesh-settings';
import type { AttachedRoute, GatewayRoute, RouteWithTargets } from './attached-route';
import { gatewayRoutes, podsOfGateway } from './gateway-routes';
import { leadsTo } from './route-backends';

/** A route from a Gateway, and the pods that serve it; none if they are not known. */
export interface WayIn {
  readonly route: GatewayRoute;
  readonly pods: readonly Workload[];
}

/** Finds ways in by where they lead. */
export class WaysInIndex {
  private readonly byService = new Map<string, WayIn[]>();
  /** Those to pods and machines that a ServiceEntry selects, by the namespace of those. */
  private readonly bySelector = new Map<string, WayIn[]>();

  public constructor(ways: readonly WayIn[]) {
    for (const way of ways) {
      const { to, pods } = way.route;
      if (pods === undefined) addTo(this.byService, `${to.namespace}/${to.name}`, way);
      else addTo(this.bySelector, pods.namespace, way);
    }
  }

  /** Those that lead to a port of a workload's pods, by one of its Services or without any. */
  public to(workload: Workload, podPort: number, services: readonly Service[]): readonly WayIn[] {
    const byServices = services.flatMap(({ ref, ports }) => {
      const leading = ports.filter((port) => targetPort(port, workload) === podPort).map(({ port }) => port);
      const all = this.byService.get(ref) ?? [];
      // A route without a port is for the only one; of several Istio takes the Gateway's number, which is not looked at.
      return all.filter(({ route }) => route.port === undefined || leading.includes(route.port));
    });
    const bySelectors = (this.bySelector.get(workload.namespace) ?? []).filter(({ route }) => {
      const { pods } = route;
      return pods !== undefined && leadsTo(pods, workload, podPort, route.port);
    });
    return [...byServices, ...bySelectors];
  }
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
