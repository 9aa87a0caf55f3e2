import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { ownClusterFirst, type RegionFailover } from '../../upstream/istio/multi-cluster';
import { serviceHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import { addObject } from '../kubernetes/kubernetes-object';
import type { MeshService } from '../service/mesh-service';

/**
 * Where requests go if several clusters of a mesh run the service; by region too, if the clusters state their regions.
 */
export type FailoverMode = 'own-cluster-first' | 'all-clusters';

/** The words for it. */
export const FAILOVER_MODES: readonly FailoverMode[] = ['own-cluster-first', 'all-clusters'];

/** A cluster in which clients choose among pods of several, as far as that is up to regions. */
interface Place {
  readonly region: string | undefined;
}

/**
 * What lets the clients of a cluster prefer pods in their region among those of other clusters. Undefined if regions make no
 * difference to them: then nobody's zones need to count either.
 *
 * @param others the other clusters that have pods
 */
export function regionFailover({ region }: Place, others: readonly Place[]): RegionFailover | undefined {
  if (region === undefined || !others.some((other) => other.region === region)) return undefined;
  const away = others.find((other) => other.region !== undefined && other.region !== region)?.region;
  // From the other region to the own one: of where its own clients go on to, nothing is said that way.
  return away === undefined ? undefined : { from: away, to: region };
}

/**
 * Makes the clients of one cluster use the pods there while any of them answers. An existing rule gets the policy: of
 * two for one host istiod takes the traffic policy of one.
 */
export function preferOwnCluster(
  { destinationRule, namespace, name, ports }: MeshService,
  failover: RegionFailover | undefined,
): void {
  if (ports.length === 0) return;
  if (destinationRule === undefined) {
    addOwnClusterFirst(namespace.policies, `${name}-failover`, { namespace: namespace.name, name }, failover);
    return;
  }
  for (const [field, policy] of Object.entries(ownClusterFirst(failover))) {
    destinationRule.resource.addJsonPatch(JsonPatch.add(`/spec/trafficPolicy/${field}`, policy));
  }
}

/** A rule for a service, and nothing about TLS: clients go on choosing mTLS by themselves. */
export function addOwnClusterFirst(
  scope: Construct,
  id: string,
  service: { readonly namespace: string; readonly name: string },
  failover: RegionFailover | undefined,
): void {
  addObject(scope, id, {
    apiVersion: ISTIO_NETWORKING_V1,
    kind: 'DestinationRule',
    metadata: service,
    spec: { host: serviceHost(service), trafficPolicy: ownClusterFirst(failover) },
  });
}
