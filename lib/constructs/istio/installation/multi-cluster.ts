import { InvalidInputError } from '../../../base/invalid-input-error';
import type { MeshMembership } from '../../../upstream/istio/multi-cluster';
import { isDnsLabel, isLabelValue } from '../../../upstream/kubernetes/names';
import { type EastWestGatewayOptions, IngressGateway } from './ingress-gateway';

/** A cluster's settings in a mesh of several clusters, each with its own control plane (multi-primary). */
export interface MultiClusterOptions extends MeshMembership {
  /**
   * The gateway through which clusters on other networks call this one.
   *
   * @default - one with Istio's usual names, if the cluster has a network
   */
  readonly eastWestGateway?: Omit<EastWestGatewayOptions, 'network'>;
}

/**
 * Refuses names that Istio's charts or the labels they end in cannot hold.
 *
 * @throws InvalidInputError
 */
export function checkMultiCluster(where: string, { clusterName, meshId, network }: MultiClusterOptions): void {
  if (!isDnsLabel(clusterName)) {
    throw new InvalidInputError({
      where: `${where}: multiCluster.clusterName`,
      problem: 'not a valid cluster name',
      value: clusterName,
      allowed: 'lower-case letters, digits and "-", at most 63 characters',
    });
  }
  for (const [name, value] of [
    ['meshId', meshId],
    ['network', network],
  ] as const) {
    if (value !== undefined && (value === '' || !isLabelValue(value))) {
      throw new InvalidInputError({
        where: `${where}: multiCluster.${name}`,
        problem: 'not a valid label value',
        value,
        allowed: 'letters, digits, "-", "_" and ".", at most 63 characters, starting and ending with a letter or digit',
      });
    }
  }
}

/** Settings of istiod and the injector about the cluster (istio/istio manifests/charts/istio-control/istio-discovery/values.yaml). */
export function toGlobalValues({
  clusterName,
  meshId,
  network,
}: MultiClusterOptions): Readonly<Record<string, unknown>> {
  return { meshID: meshId, multiCluster: { clusterName }, ...(network !== undefined && { network }) };
}

/** The gateway between the cluster's network and others; undefined if it has no network. */
export function eastWestGatewayOf({ network, eastWestGateway }: MultiClusterOptions): IngressGateway | undefined {
  return network === undefined ? undefined : IngressGateway.eastWest({ ...eastWestGateway, network });
}
