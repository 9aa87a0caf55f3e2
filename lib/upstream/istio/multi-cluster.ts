import { field, type JsonValue, listAt, scalarTextsAt } from '../../base/json';
import { coveringHosts } from './service-host';

/** Label of a gateway's Service and pods, and of the namespace of istiod: the network they are in (istio/api label/labels.gen.go). */
export const NETWORK_LABEL = 'topology.istio.io/network';

/** Variable of a proxy: the network that it is in. An injector sets it from its own values and from the path that it is called at (istio/istio pkg/kube/inject/inject.go). */
export const NETWORK_VARIABLE = 'ISTIO_META_NETWORK';

/** What makes a gateway route to endpoints of its own network only (istio/istio pilot/pkg/model/context.go `GetView`). */
export const NETWORK_VIEW_VARIABLE = 'ISTIO_META_REQUESTED_NETWORK_VIEW';

/** Annotation of a Service of type NodePort: the nodes by whose addresses others reach it (istio/api annotation/annotations.gen.go). */
export const NODE_SELECTOR_ANNOTATION = 'traffic.istio.io/nodeSelector';

/** Port at which a network takes the connections of others, by the server name they ask for. */
export const CROSS_NETWORK_PORT = 15443;

/** Label of a gateway's Service with another port for that (istio/api label/labels.gen.go). */
export const GATEWAY_PORT_LABEL = 'networking.istio.io/gatewayPort';

/**
 * Ports of an east-west gateway. The gateway chart writes all four as soon as it has a network; those of istiod lead
 * nowhere until a Gateway opens them (istio/istio manifests/charts/gateway/templates/service.yaml).
 */
export const EAST_WEST_PORTS = [
  { name: 'status-port', port: 15021, targetPort: 15021 },
  { name: 'tls', port: CROSS_NETWORK_PORT, targetPort: CROSS_NETWORK_PORT },
  { name: 'tls-istiod', port: 15012, targetPort: 15012 },
  { name: 'tls-webhook', port: 15017, targetPort: 15017 },
] as const;

/** Hosts that an east-west gateway passes on: those of Services (istio/istio samples/multicluster/expose-services.yaml). */
export const CROSS_NETWORK_HOSTS: readonly string[] = ['*.local'];

/** Label of the Secrets with credentials for other clusters, and its value (istio/istio pkg/kube/multicluster/secretcontroller.go). */
export const REMOTE_SECRET_SELECTOR = 'istio/multiCluster=true';

/** By how many minor releases the control planes of one mesh may differ: what an upgrade of one after the other needs. */
export const MAX_MINOR_RELEASES_APART = 1;

/**
 * Why proxies of two trust domains cannot talk: tbot gives the roots of federated trust domains under the resource name
 * `ALL`, and Istio asks its socket for `ROOTCA` only (istio/istio security/pkg/nodeagent/sds,
 * gravitational/teleport lib/tbot/workloadidentity/workloadattest).
 */
export const WHY_NO_FEDERATION =
  'sidecars trust only the roots of their own trust domain: tbot serves those of other trust domains under the name "ALL", and Istio requests "ROOTCA"';

/** The names that distinguish the control planes of several clusters, and the clusters of one mesh from others. */
export interface MeshMembership {
  /** Name of the cluster in proxies, istiod and remote secrets. */
  readonly clusterName: string;
  /** Name of the mesh that the cluster belongs to. */
  readonly meshId: string;
  /** Name of the network that its pods are in. */
  readonly network?: string;
}

/** Place of a cluster's name in the values of the istiod chart (istio/istio manifests/charts/istio-control/istio-discovery/values.yaml). */
export const CLUSTER_NAME_VALUE = ['global', 'multiCluster', 'clusterName'] as const;

/** Place of the mesh's name there. */
export const MESH_ID_VALUE = ['global', 'meshID'] as const;

/** Place of the network's name there. */
export const NETWORK_VALUE = ['global', 'network'] as const;

/** Place of networks that are named by hand, with the ways into them. */
export const MESH_NETWORKS_VALUE = ['global', 'meshNetworks'] as const;

/**
 * Label of an object of a GitOps engine: the cluster that it brings something to. What it installs is described in that cluster's
 * directory too.
 */
export const DELIVERED_CLUSTER_LABEL = 'teleport-istio/cluster';

/** Label of an endpoint and of a proxy: the cluster it is in. A way into another network has it too (istio/istio pilot/pkg/xds/endpoints/ep_filters.go). */
const CLUSTER_LABEL = 'topology.istio.io/cluster';

/** A region that requests go on to from another one, as `localityLbSetting.failover` has it. */
export interface RegionFailover {
  readonly from: string;
  readonly to: string;
}

/**
 * Traffic policy by which clients use the pods of their own cluster while any of them answers, and those of others when none does.
 *
 * - istiod gives pods an order only where there is outlier detection, as Envoy would never go on to the next ones without
 *   (istio/istio pilot/pkg/networking/core/loadbalancer/loadbalancer.go `ApplyLocalityLoadBalancer`).
 * - By the label of the cluster: a way into another network has it, and has no label of the region.
 * - Among the clusters that are not the client's own, pods in its region are next if there is a `failover`: only then istiod compares
 *   localities after labels, and a way into another network stands among the endpoints of the locality that the pods behind it have
 *   (pilot/pkg/xds/endpoints/ep_filters.go `EndpointsByNetworkFilter`). It compares zones too, within the own cluster as well.
 *   Nodes without labels of a region are all alike.
 * - Only what a pod or the way to it did not answer counts (502, 503, 504, connections that fail): an application that answers 500 would do so
 *   elsewhere. It has to be said, because Envoy counts every 5xx otherwise.
 * - All pods may be left out: with Envoy's limit of a tenth a cluster without one that answers would keep nearly all of its requests.
 *
 * @param failover lets the region count; it changes nothing else for clients in a region other than `from`
 */
export function ownClusterFirst(failover?: RegionFailover) {
  const regions = failover === undefined ? {} : { failover: [{ ...failover }] };
  return {
    loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: [CLUSTER_LABEL], ...regions } },
    outlierDetection: {
      consecutive5xxErrors: 0,
      consecutiveGatewayErrors: 5,
      interval: '10s',
      baseEjectionTime: '30s',
      maxEjectionPercent: 100,
    },
  };
}

/** Hosts that stay in their cluster unless the mesh configuration says otherwise (istio/istio pilot/pkg/model/cluster_local.go). */
const LOCAL_BY_DEFAULT: readonly string[] = ['*.kube-system.svc.cluster.local', 'kubernetes.default.svc.cluster.local'];

/** An entry of `meshConfig.serviceSettings`, with what it says of the clusters that hosts are reached from. */
export interface ServiceSetting {
  readonly hosts: readonly string[];
  /** Whether clients get to pods of their own cluster only. */
  readonly clusterLocal: boolean;
}

/** The entries of a mesh configuration. */
export function serviceSettingsIn(meshConfig: JsonValue | undefined): readonly ServiceSetting[] {
  return listAt(meshConfig, 'serviceSettings').map((setting) => ({
    hosts: scalarTextsAt(setting, 'hosts'),
    clusterLocal: field(setting, 'settings', 'clusterLocal') === true,
  }));
}

/**
 * Whether clients get to pods of their own cluster only. The most specific host decides, and a later entry of one host over an
 * earlier one; an entry that says `false` takes a default away (istio/istio pilot/pkg/model/cluster_local.go).
 */
export function isClusterLocal(settings: readonly ServiceSetting[], host: string): boolean {
  const open = settings.filter(({ clusterLocal }) => !clusterLocal).flatMap(({ hosts }) => hosts);
  const isOpened = (one: string) =>
    open.some((other) => other === one || (one.startsWith('*') && other.endsWith(one.slice(1))));
  const decided = new Map(
    settings.flatMap(({ hosts, clusterLocal }) => hosts.map((one) => [one, clusterLocal] as const)),
  );
  for (const one of LOCAL_BY_DEFAULT) if (!isOpened(one)) decided.set(one, true);
  for (const one of coveringHosts(host)) {
    const is = decided.get(one);
    if (is !== undefined) return is;
  }
  return false;
}
