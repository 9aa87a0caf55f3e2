import { InvalidInputError } from '../../base/invalid-input-error';
import { IDENTITY_LABEL, type NamespaceIdentity } from '../../upstream/spiffe/identity-sameness';
import { MeshNamespace, type MeshNamespaceProps } from '../mesh/mesh-namespace';
import type { FleetCluster } from './fleet-cluster';
import { FleetService, type FleetServiceProps } from './fleet-service';

/** A namespace of a fleet. */
export interface FleetNamespaceProps extends Omit<MeshNamespaceProps, 'mesh' | 'name'> {
  /**
   * Whether pods with the same ServiceAccount in different clusters are the same caller. This must be stated, because
   * with shared identities an administrator of one cluster can act for all of them.
   */
  readonly identity: NamespaceIdentity;
  /**
   * The clusters that have the namespace.
   *
   * @default - all clusters
   */
  readonly clusters?: readonly FleetCluster[];
}

/** A namespace in one or more clusters, with its services. */
export class FleetNamespace {
  /** Kubernetes name. */
  public readonly name: string;
  /** Whether its identities are shared between clusters. */
  public readonly identity: NamespaceIdentity;
  private readonly byCluster: ReadonlyMap<FleetCluster, MeshNamespace>;
  /** The namespace in clusters that are filled one at a time, as long as somebody has those. */
  private readonly inFilled = new WeakMap<FleetCluster, MeshNamespace>();
  private readonly place: (cluster: FleetCluster) => MeshNamespace;

  /** @internal use MeshFleet.addNamespace */
  public constructor(
    /** @internal */
    public readonly fleet: object,
    name: string,
    props: FleetNamespaceProps,
    clusters: readonly FleetCluster[],
  ) {
    const { identity, clusters: _, ...options } = props;
    const labels = { ...options.labels, [IDENTITY_LABEL]: identity };
    this.name = name;
    this.identity = identity;
    this.place = (cluster) => new MeshNamespace(cluster.app, name, { ...options, labels, mesh: cluster.mesh });
    this.byCluster = new Map(clusters.map((cluster) => [cluster, this.place(cluster)]));
  }

  /**
   * Makes the namespace in a cluster that is about to be filled, if the cluster has it.
   *
   * @internal
   */
  public placeInFilled(cluster: FleetCluster, filled: FleetCluster): void {
    if (this.byCluster.has(cluster)) this.inFilled.set(filled, this.place(filled));
  }

  /** The clusters that have the namespace. */
  public get clusters(): readonly FleetCluster[] {
    return [...this.byCluster.keys()];
  }

  /**
   * The namespace in one cluster, for constructs that only this cluster has.
   *
   * @throws InvalidInputError naming the clusters that have it
   */
  public in(cluster: FleetCluster): MeshNamespace {
    const namespace = this.byCluster.get(cluster) ?? this.inFilled.get(cluster);
    if (namespace !== undefined) return namespace;
    throw new InvalidInputError({
      where: `MeshFleet: namespace ${JSON.stringify(this.name)}`,
      problem: `it is ${this.identity === 'exclusive' ? 'exclusive to' : 'in'} ${this.clusters.map((c) => `"${c}"`).join(', ')}, not in cluster "${cluster}"`,
      allowed: this.clusters.join(', '),
      fix: 'add it there too: addNamespace(name, { clusters: [...] })',
    });
  }

  /**
   * Deploys a service to some or all of the namespace's clusters.
   *
   * @throws InvalidInputError for a cluster that does not have the namespace, or as {@link MeshNamespace.addService}
   * does
   */
  public addService(name: string, props: FleetServiceProps): FleetService {
    return new FleetService(this, name, props);
  }
}
