/** What a sidecar does with traffic to hosts it knows nothing of (istio/api mesh/v1alpha1/config.proto `OutboundTrafficPolicy`). */
export type OutboundTrafficMode = 'ALLOW_ANY' | 'ALLOW_ANY_DYNAMIC_DNS' | 'REGISTRY_ONLY';

/** Mode of a mesh whose configuration sets none (istio/istio pkg/config/mesh/mesh.go `DefaultMeshConfig`). */
export const DEFAULT_OUTBOUND_MODE: OutboundTrafficMode = 'ALLOW_ANY';

const MODES: ReadonlySet<string> = new Set<OutboundTrafficMode>([
  ...(['ALLOW_ANY', 'ALLOW_ANY_DYNAMIC_DNS', 'REGISTRY_ONLY'] as const),
]);

/** Reads a mode; undefined for what istiod does not know. */
export function toOutboundMode(text: string | undefined): OutboundTrafficMode | undefined {
  return MODES.has(text ?? '') ? (text as OutboundTrafficMode) : undefined;
}

/** Label of a ServiceEntry, Service or namespace whose requests go through a waypoint. */
export const WAYPOINT_LABEL = 'istio.io/use-waypoint';

/** Label beside {@link WAYPOINT_LABEL} with the namespace of the waypoint, if that is another. */
export const WAYPOINT_NAMESPACE_LABEL = 'istio.io/use-waypoint-namespace';

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)+$/i;

/** Whether a text can be the host of something outside the cluster: it has a dot, and the cluster's own domain is not its end. */
export function isForeignHost(text: string): boolean {
  return HOST.test(text) && !/\.svc(\.cluster\.local)?$|\.cluster\.local$/i.test(text);
}

/** The name among a VirtualService's gateways that stands for all sidecars (istio/api networking/v1/virtual_service.proto). */
export const MESH_GATEWAY = 'mesh';

/** Whether routes with these `gateways` are for sidecars; those that name none are. */
export function isForSidecars(gateways: readonly unknown[]): boolean {
  return gateways.length === 0 || gateways.includes(MESH_GATEWAY);
}
