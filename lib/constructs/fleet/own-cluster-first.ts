import { JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { OWN_CLUSTER_FIRST } from '../../upstream/istio/multi-cluster';
import { serviceHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import { addObject } from '../kubernetes/kubernetes-object';
import type { MeshService } from '../service/mesh-service';

/** Where requests go while several clusters of a mesh have pods of the service. */
export type FailoverMode = 'own-cluster-first' | 'all-clusters';

/** The words for it. */
export const FAILOVER_MODES: readonly FailoverMode[] = ['own-cluster-first', 'all-clusters'];

/**
 * Has the clients of one cluster use the pods there while any of them answers. A rule that is there already gets the policy:
 * of two for one host istiod takes the traffic policy of one.
 */
export function preferOwnCluster({ destinationRule, namespace, name, ports }: MeshService): void {
  if (ports.length === 0) return;
  if (destinationRule === undefined) {
    addOwnClusterFirst(namespace.policies, `${name}-failover`, { namespace: namespace.name, name });
    return;
  }
  for (const [field, policy] of Object.entries(OWN_CLUSTER_FIRST)) {
    destinationRule.resource.addJsonPatch(JsonPatch.add(`/spec/trafficPolicy/${field}`, policy));
  }
}

/** A rule for a service, and nothing about TLS: clients go on choosing mTLS by themselves. */
export function addOwnClusterFirst(
  scope: Construct,
  id: string,
  service: { readonly namespace: string; readonly name: string },
): void {
  addObject(scope, id, {
    apiVersion: ISTIO_NETWORKING_V1,
    kind: 'DestinationRule',
    metadata: service,
    spec: { host: serviceHost(service), trafficPolicy: { ...OWN_CLUSTER_FIRST } },
  });
}
