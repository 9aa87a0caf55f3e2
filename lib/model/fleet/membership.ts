import { field, scalarText } from '../../base/json';
import { CLUSTER_NAME_VALUE, MESH_ID_VALUE, NETWORK_VALUE } from '../../upstream/istio/multi-cluster';
import { Cluster } from '../cluster/cluster';
import { findInstallValues } from '../cluster/install-values';
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

/** Reads a cluster's place from its installations of Istio, or from the injector's own values where istiod is written out. */
export function membershipOf(manifests: ManifestSet): Membership {
  const { installations } = Cluster.of(manifests);
  const only = (path: readonly string[]) => {
    const found = new Set(installations.map(({ values }) => scalarText(field(values, ...path))));
    if (found.size > 1) return undefined;
    const [said] = found;
    if (said !== undefined) return said;
    const written = new Set(findInstallValues(manifests).flatMap(({ body }) => scalarText(field(body, ...path)) ?? []));
    return written.size === 1 ? [...written][0] : undefined;
  };
  return { clusterName: only(CLUSTER_NAME_VALUE), meshId: only(MESH_ID_VALUE), network: only(NETWORK_VALUE) };
}
