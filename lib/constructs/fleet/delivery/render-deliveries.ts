import type { OutputFiles } from '../../app/output-directory';
import type { FleetCluster } from '../fleet-cluster';
import { partsOf } from './cluster-parts';
import { type FleetDelivery, GITOPS_FOLDER } from './fleet-delivery';

/** What is written for all engines of a fleet, by path in the fleet's directory, and what the user still has to do. */
export interface RenderedDeliveries {
  readonly files: OutputFiles;
  readonly notices: readonly string[];
}

/**
 * Writes for each engine how the clusters' files get to the clusters.
 *
 * @param clusters with the paths in their directories
 * @throws InvalidInputError as {@link FleetDelivery.render} does
 */
export function renderDeliveries(
  deliveries: readonly FleetDelivery[],
  clusters: readonly (readonly [cluster: FleetCluster, files: Iterable<string>])[],
): RenderedDeliveries {
  if (deliveries.length === 0) return { files: new Map(), notices: [] };
  const delivered = clusters.map(([cluster, files]) => ({ cluster, parts: partsOf(cluster, files) }));
  const rendered = deliveries.map((delivery) => delivery.render(delivered));
  return {
    files: new Map(
      rendered.flatMap(({ files }) => [...files].map(([path, text]) => [`${GITOPS_FOLDER}/${path}`, text] as const)),
    ),
    notices: rendered.flatMap(({ notices }) => notices),
  };
}
