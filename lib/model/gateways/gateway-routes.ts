import { field, textsAt } from '../../base/json';
import { GATEWAY_NAME_LABEL } from '../../upstream/istio/gateway-classes';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex } from '../cluster/label-index';
import type { Workload } from '../cluster/workload';
import type { ManifestSet } from '../documents/manifest-set';
import type { MeshSettings } from '../installation/mesh-settings';
import { apiRoutes } from './api-routes';
import type { GatewayRoute, RouteWithTargets } from './attached-route';
import { API_ROUTES } from './gateway-servers';
import { gatewaysNamed } from './gateways-by-name';
import { ingressRoutes } from './ingress-routes';
import { ingresses } from './ingresses';
import { virtualServiceRoutes } from './virtual-service-routes';

/** Every route that is attached to a Gateway, with the ports of Services that it leads to. */
export function gatewayRoutes(
  manifests: ManifestSet,
  { virtualServiceExportTo: exportTo, ingress }: Pick<MeshSettings, 'virtualServiceExportTo' | 'ingress'>,
): readonly RouteWithTargets[] {
  const ofIstio = manifests
    .ofKind('VirtualService', ISTIO_NETWORKING)
    .flatMap((manifest) => virtualServiceRoutes(manifest, manifests, exportTo));
  const ofApi = API_ROUTES.flatMap((kind) =>
    manifests.ofKind(kind, GATEWAY_API).flatMap((manifest) => apiRoutes(manifest, kind, manifests)),
  );
  const ofIngresses = ingresses(manifests, ingress).flatMap((one) => ingressRoutes(one, manifests, ingress));
  return [...ofIstio, ...ofApi, ...ofIngresses];
}

/** The pods that serve a Gateway. */
export function podsOfGateway(
  { gateway, api, selector: made }: Pick<GatewayRoute, 'gateway' | 'api' | 'selector'>,
  manifests: ManifestSet,
  pods: LabelIndex<Workload>,
): readonly Workload[] {
  if (made !== undefined) return pods.select(made, undefined);
  if (api === GATEWAY_API) return pods.select({ [GATEWAY_NAME_LABEL]: gateway.name }, gateway.namespace);
  const [manifest] = gatewaysNamed(gateway, api, manifests);
  const selector = textsAt(field(manifest?.body, 'spec', 'selector'));
  return Object.keys(selector).length === 0 ? [] : pods.select(selector, undefined);
}
