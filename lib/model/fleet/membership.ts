import { textAt } from '../../base/json';
import { CLUSTER_NAME_VALUE, MESH_ID_VALUE, NETWORK_VALUE } from '../../upstream/istio/multi-cluster';
import { Cluster } from '../cluster/cluster';
import type { ManifestSet } from '../documents/manifest-set';

/** What the installation of a cluster says of its place among others; undefined where it says nothing, or two things. */
export interface Membership {
  /** Name of the cluster. */
  readonly clusterName: string | undefined;
  /** Name of the mesh that it is part of. */
  readonly meshId: string | undefined;
  /** Name of the network that its pods are in. */
  readonly network: string | undefined;
}

/** Reads a cluster's place from its installations of Istio. */
export function membershipOf(manifests: ManifestSet): Membership {
  const { installations } = Cluster.of(manifests);
  const only = (path: readonly string[]) => {
    const found = new Set(installations.map(({ values }) => textAt(values, ...path)));
    return found.size === 1 ? [...found][0] : undefined;
  };
  return { clusterName: only(CLUSTER_NAME_VALUE), meshId: only(MESH_ID_VALUE), network: only(NETWORK_VALUE) };
}
