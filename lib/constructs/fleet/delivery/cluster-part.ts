/**
 * Steps by which a cluster gets what it runs: each has to be there, and well, before the next. Pods that start before istiod is there get
 * no sidecar, and workloads without their policies are open.
 */
export const STEPS: readonly DeliveryStep[] = [
  'teleport',
  'platform',
  'istio-base',
  'istiod',
  'istio-gateways',
  'policies',
  'workloads',
];

/** A step in which parts are applied to a cluster. */
export type DeliveryStep =
  | 'teleport'
  | 'platform'
  | 'istio-base'
  | 'istiod'
  | 'istio-gateways'
  | 'policies'
  | 'workloads';

/** An Istio chart, from Istio's repository. */
export interface ChartPart {
  /** Name of the chart. */
  readonly chart: string;
  /** Release of the chart, which is Istio's. */
  readonly version: string;
  /** Name of the Helm release. */
  readonly release: string;
  /** Namespace of the Helm release. */
  readonly namespace: string;
  /** File with its values, relative to the cluster's directory. */
  readonly values: string;
}

/** What is applied to a cluster in one step: files from its directory, or an Istio chart. */
export interface ClusterPart {
  /** Name of the part, unique in the cluster. */
  readonly name: string;
  /** The step it belongs to. */
  readonly step: DeliveryStep;
  /**
   * Whether objects that were removed from it may be deleted from the cluster. Not Istio's CRDs, because deleting one
   * deletes every object of its kind.
   */
  readonly prune: boolean;
  /** Names of files in the cluster's directory; empty for a chart. */
  readonly files: readonly string[];
  /** The chart; undefined for files. */
  readonly chart?: ChartPart;
}
