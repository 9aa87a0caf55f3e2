import { field, scalarText, textAt } from '../../base/json';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import { CLUSTER_NAME_VALUE, MESH_ID_VALUE, NETWORK_LABEL, NETWORK_VALUE } from '../../upstream/istio/multi-cluster';
import { Cluster } from '../cluster/cluster';
import { findInstallValues } from '../cluster/install-values';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** The mesh, name and network of a cluster, from its installation; undefined if it states none, or two different ones. */
export interface Membership {
  /** Name of the cluster. */
  readonly clusterName: string | undefined;
  /** Name of its mesh. */
  readonly meshId: string | undefined;
  /** Name of the network of its pods. */
  readonly network: string | undefined;
}

/**
 * Reads a cluster's place from its installations of Istio, or from the injector's own values where istiod is written out. If they do not name
 * a network, it may be that of the namespace of istiod, which is what other clusters go by (istio/istio
 * pilot/pkg/serviceregistry/kube/controller/controller.go `Network`).
 */
export function membershipOf(manifests: ManifestSet): Membership {
  const said = (path: readonly string[]) => installedValues(manifests, path);
  const only = ([first, ...others]: readonly string[]) => (others.length > 0 ? undefined : first);
  const networks = said(NETWORK_VALUE);
  return {
    clusterName: only(said(CLUSTER_NAME_VALUE)),
    meshId: only(said(MESH_ID_VALUE)),
    network: networks.length === 0 ? networkOfNamespaces(manifests) : only(networks),
  };
}

/** The values of that path that the installations have, each once; empty if none has it, with an empty string if only some have. */
export function installedValues(manifests: ManifestSet, path: readonly string[]): readonly string[] {
  // The charts have empty texts for what nobody says.
  const found = new Set(
    Cluster.of(manifests).installations.map(({ values }) => scalarText(field(values, ...path)) ?? ''),
  );
  // Of two installations of which one says nothing, nobody knows which is meant.
  if ([...found].some((one) => one !== '')) return [...found];
  const written = findInstallValues(manifests).map(({ body }) => scalarText(field(body, ...path)) ?? '');
  return [...new Set(written)].filter((one) => one !== '');
}

/** Names of the namespaces of istiod, and what manifests of them there are. */
export function istiodNamespaces(manifests: ManifestSet): ReadonlyMap<string, Manifest | undefined> {
  const { installations } = Cluster.of(manifests);
  const names = installations.map(({ values }) => textAt(values, 'global', 'istioNamespace') ?? ISTIO_NAMESPACE);
  return new Map(names.map((name) => [name, manifests.find('Namespace', undefined, name)]));
}

/** The network that the label of a namespace names. */
export function labelledNetwork(namespace: Manifest | undefined): string | undefined {
  return scalarText(field(namespace?.body, 'metadata', 'labels', NETWORK_LABEL));
}

/** The network by the label of the namespace of istiod. */
function networkOfNamespaces(manifests: ManifestSet): string | undefined {
  const labels = new Set([...istiodNamespaces(manifests).values()].map(labelledNetwork));
  return labels.size === 1 ? [...labels][0] : undefined;
}
