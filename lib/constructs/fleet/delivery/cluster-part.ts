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

/** One of the steps by which a cluster gets what it runs. */
export type DeliveryStep =
  | 'teleport'
  | 'platform'
  | 'istio-base'
  | 'istiod'
  | 'istio-gateways'
  | 'policies'
  | 'workloads';

/** A chart of Istio, from Istio's repository. */
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

/** What is applied to a cluster in one step: files of its directory, or a chart of Istio. */
export interface ClusterPart {
  /** Name of the part, which no other part of the cluster has. */
  readonly name: string;
  /** The step it belongs to. */
  readonly step: DeliveryStep;
  /** Whether what is gone from it may be removed from the cluster; not the definitions of Istio's kinds, which take every object along. */
  readonly prune: boolean;
  /** Names of files in the cluster's directory; none if it is a chart. */
  readonly files: readonly string[];
  /** The chart; undefined if it is files. */
  readonly chart?: ChartPart;
}
