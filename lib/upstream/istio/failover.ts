/** Label of an endpoint and of a proxy: the cluster it is in. A way into another network has it too (istio/istio pilot/pkg/xds/endpoints/ep_filters.go). */
const CLUSTER_LABEL = 'topology.istio.io/cluster';

/**
 * Traffic policy by which clients use the pods of their own cluster while any of them answers, and those of others when none does.
 *
 * - istiod gives pods an order only where there is outlier detection, as Envoy would never go on to the next ones without
 *   (istio/istio pilot/pkg/networking/core/loadbalancer/loadbalancer.go `ApplyLocalityLoadBalancer`).
 * - By the label of the cluster and not by region: that nodes have regions is up to who made them, and a way into another network has none.
 * - Only what a pod or the way to it did not answer counts (502, 503, 504, connections that fail): an application that answers 500 would do so
 *   elsewhere. It has to be said, because Envoy counts every 5xx otherwise.
 * - All pods may be left out: with Envoy's limit of a tenth a cluster without one that answers would keep nearly all of its requests.
 */
export const OWN_CLUSTER_FIRST = {
  loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: [CLUSTER_LABEL] } },
  outlierDetection: {
    consecutive5xxErrors: 0,
    consecutiveGatewayErrors: 5,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 100,
  },
} as const;
