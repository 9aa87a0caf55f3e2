import type { ClusterPart, DeliveryStep } from './cluster-part';

/** Name of the layer that is Helm releases instead of files. */
export const ISTIO_LAYER = 'istio';

/** What one Kustomization applies. */
export interface FluxLayer {
  /** Name of the layer. */
  readonly name: string;
  readonly parts: readonly ClusterPart[];
  /** Whether what is gone from it may be removed from the cluster. */
  readonly prune: boolean;
}

/** Steps by layer, in order: Helm releases wait for each other by themselves. */
const LAYERS: Readonly<Record<string, readonly DeliveryStep[]>> = {
  teleport: ['teleport'],
  platform: ['platform'],
  [ISTIO_LAYER]: ['istio-base', 'istiod', 'istio-gateways'],
  policies: ['policies'],
  workloads: ['workloads'],
};

/** The layers of a cluster that have something in them. */
export function layersOf(parts: readonly ClusterPart[]): readonly FluxLayer[] {
  return Object.entries(LAYERS).flatMap(([name, steps]) => {
    const own = parts.filter(({ step }) => steps.includes(step));
    if (own.length === 0) return [];
    // The release with the definitions of Istio's kinds is there as long as the layer is, so a gateway that is gone may be removed.
    return [{ name, parts: own, prune: own.some((part) => part.prune) }];
  });
}
