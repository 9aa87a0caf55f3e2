import type { EastWestGatewayOptions } from '../istio/installation/ingress-gateway';
import type { MeshIstioOptions, TeleportMeshProps } from '../mesh/teleport-mesh-props';
import type { KubernetesJoin } from '../teleport/kubernetes-join';
import type { TeleportCluster } from '../teleport/teleport-cluster';

/** Settings that may differ between the clusters of a fleet, or be set once for all of them. */
export interface FleetDefaults extends Partial<Omit<TeleportMeshProps, 'name' | 'join' | 'istio'>> {
  /**
   * Istio's release and settings. The fleet determines the mesh and network of each cluster.
   *
   * @default - Istio 1.31.4 without an ingress gateway
   */
  readonly istio?: Omit<MeshIstioOptions, 'multiCluster'>;
}

/** Properties of a fleet, and settings for all its clusters. */
export interface MeshFleetProps extends FleetDefaults {
  /**
   * The Teleport cluster of all clusters that do not name another one.
   *
   * @default - every cluster names its own
   */
  readonly teleport?: TeleportCluster;
  /**
   * Output directory, which gets a subdirectory for each cluster.
   *
   * @default - the environment variable CDK8S_OUTDIR, or 'dist'
   */
  readonly outdir?: string;
  /**
   * Whether each cluster's output is checked before anything is written; see {@link MeshAppProps.check}.
   *
   * @default true
   */
  readonly check?: boolean;
  /**
   * What to edit in place of the output, as {@link MeshAppProps.source} says.
   *
   * @default - the files do not name it
   */
  readonly source?: string;
}

/** A cluster and its own settings. */
export interface FleetClusterProps extends FleetDefaults {
  /** How Teleport verifies tbots that join from this cluster: with keys that no other cluster has. */
  readonly join: KubernetesJoin;
  /**
   * Name of the mesh: clusters of one mesh can call each other's services.
   *
   * @default - the name of the Teleport cluster
   */
  readonly mesh?: string;
  /**
   * Name of the network that its pods are in. Required if a mesh has more than one cluster; each must have a different
   * network.
   *
   * @default - none: the mesh has only this cluster
   */
  readonly network?: string;
  /**
   * Region of its nodes, exactly as their label `topology.kubernetes.io/region` has it. A request that leaves its cluster then goes to
   * clusters of the same region first. Where that makes a difference, istiod also prefers pods in the caller's own zone, within the
   * own cluster too. Stated for each cluster of a mesh or for none.
   *
   * @default - all other clusters are alike
   */
  readonly region?: string;
  /**
   * The gateway through which the other clusters of the mesh call this one.
   *
   * @default - one with Istio's usual names, if the cluster has a network
   */
  readonly eastWestGateway?: Omit<EastWestGatewayOptions, 'network'>;
}

/** What a cluster is made with: the fleet's settings, with the cluster's own over them. */
export function clusterSettings(fleet: FleetDefaults, cluster: FleetDefaults): FleetDefaults {
  return {
    ...fleet,
    ...cluster,
    ...both('istio', fleet, cluster),
    ...both('kubernetes', fleet, cluster),
    ...both('tbot', fleet, cluster),
    ...both('csiDriver', fleet, cluster),
  };
}

/** Options that are groups: a cluster that raises one release keeps the rest of the group. */
function both<Name extends 'istio' | 'kubernetes' | 'tbot' | 'csiDriver'>(
  name: Name,
  fleet: FleetDefaults,
  cluster: FleetDefaults,
): Pick<FleetDefaults, Name> | Record<string, never> {
  if (fleet[name] === undefined || cluster[name] === undefined) return {};
  return { [name]: { ...fleet[name], ...cluster[name] } } as Pick<FleetDefaults, Name>;
}
