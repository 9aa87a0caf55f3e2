import type { OutputFiles } from '../../app/output-directory';
import type { FleetCluster } from '../fleet-cluster';
import type { ClusterPart } from './cluster-part';

/** A cluster of a fleet, with the parts to apply to it. */
export interface DeliveredCluster {
  /** The cluster. */
  readonly cluster: FleetCluster;
  /** The parts that are applied to it, in order. */
  readonly parts: readonly ClusterPart[];
}

/** What a {@link FleetDelivery} writes and asks for. */
export interface RenderedDelivery {
  /** A map from the path below `gitops/` to the content. */
  readonly files: OutputFiles;
  /** Instructions for the user, printed when the files are written. */
  readonly notices: readonly string[];
}

/** An engine that applies the directories of a fleet to its clusters: {@link ArgoCd}, {@link Flux}, or your own. */
export interface FleetDelivery {
  /** Name of the engine, for messages: a fleet has at most one delivery per engine. */
  readonly engine: string;
  /**
   * Annotations that make the engine keep a Namespace in the cluster when it is removed from the files, because
   * deleting it would delete everything in it.
   *
   * @default - none
   */
  readonly namespaceAnnotations?: Readonly<Record<string, string>>;
  /**
   * The files for the engine, in the fleet's directory `gitops/`.
   *
   * @throws InvalidInputError if the clusters do not match the options
   */
  render(clusters: readonly DeliveredCluster[]): RenderedDelivery;
}

/** Directory of the fleet's output with what is for the engine, and of no cluster. */
export const GITOPS_FOLDER = 'gitops';
