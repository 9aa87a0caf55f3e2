import { InvalidInputError } from '../../base/invalid-input-error';
import type { OutputFiles } from '../app/output-directory';
import type { FleetCluster } from './fleet-cluster';
import type { FleetNamespace } from './fleet-namespace';

/** Makes what is in a cluster, when it is the cluster's turn to be written. */
export type FillCluster = (cluster: FleetCluster) => void;

/**
 * What fills the clusters of a fleet one after the other: each is made anew, filled, written and forgotten, so that memory holds
 * one of them.
 */
export class ClusterFillings {
  private readonly fills: FillCluster[] = [];

  /** Adds something to every cluster. */
  public add(fill: FillCluster): void {
    this.fills.push(fill);
  }

  /**
   * The cluster with everything in it.
   *
   * @param join makes a new cluster part of its mesh, as the one that it stands for is
   * @param finish gives a cluster what it needs once its namespaces are there
   * @throws InvalidInputError if something was added to the cluster in another way, which the new one would not have
   */
  public filled(
    cluster: FleetCluster,
    namespaces: Iterable<FleetNamespace>,
    join: (fresh: FleetCluster) => void,
    finish: (fresh: FleetCluster) => void,
  ): FleetCluster {
    if (this.fills.length === 0) return cluster;
    const fresh = cluster.emptied();
    join(fresh);
    for (const namespace of namespaces) namespace.placeInFilled(cluster, fresh);
    finish(fresh);
    const before = fresh.app.synthFiles();
    for (const fill of this.fills) fill(fresh);
    finish(fresh);
    const [differing] = differences(cluster.app.synthFiles(), before);
    if (differing === undefined) return fresh;
    throw new InvalidInputError({
      where: `MeshFleet: cluster ${JSON.stringify(cluster.name)}`,
      problem: `something was added to it outside fillClusters, and would be missing from its directory: ${differing} differs`,
      allowed: 'everything inside fillClusters, or everything outside it',
      fix: 'use the cluster that is passed to the function, and namespace.in(cluster)',
    });
  }
}

/** Paths of files that are not the same in both. */
function differences(files: OutputFiles, others: OutputFiles): readonly string[] {
  return [...new Set([...files.keys(), ...others.keys()])].filter((path) => files.get(path) !== others.get(path));
}
