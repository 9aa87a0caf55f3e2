import type { ClusterPart, DeliveryStep } from './cluster-part';

/** Name of the layer that is Helm releases instead of files. */
export const ISTIO_LAYER = 'istio';

/** What one Kustomization applies. */
export interface FluxLayer {
  /** Name of the layer. */
  readonly name: string;
  readonly parts: readonly ClusterPart[];
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
    return [{ name, parts: own }];
  });
}
