import type { OutputFiles } from '../../app/output-directory';
import type { FleetCluster } from '../fleet-cluster';
import type { ClusterPart } from './cluster-part';

/** A cluster of a fleet, with what is to be applied to it. */
export interface DeliveredCluster {
  /** The cluster. */
  readonly cluster: FleetCluster;
  /** What is applied to it, in the order in which it has to be there. */
  readonly parts: readonly ClusterPart[];
}

/** What a {@link FleetDelivery} writes and asks for. */
export interface RenderedDelivery {
  /** Path below `gitops/` to text. */
  readonly files: OutputFiles;
  /** What the user still has to do; printed when the files are written. */
  readonly notices: readonly string[];
}

/** An engine that applies the directories of a fleet to its clusters: {@link ArgoCd}, {@link Flux}, or one of your own. */
export interface FleetDelivery {
  /** Name of the engine, for messages: a fleet has one delivery of each. */
  readonly engine: string;
  /**
   * Annotations of Namespaces by which the engine leaves one in the cluster when it is gone from the files: it would take everything in
   * it along.
   *
   * @default - none
   */
  readonly namespaceAnnotations?: Readonly<Record<string, string>>;
  /**
   * What is written for the engine, in the fleet's directory `gitops/`.
   *
   * @throws InvalidInputError if the clusters do not fit what was asked for
   */
  render(clusters: readonly DeliveredCluster[]): RenderedDelivery;
}

/** Directory of the fleet's output with what is for the engine, and of no cluster. */
export const GITOPS_FOLDER = 'gitops';
