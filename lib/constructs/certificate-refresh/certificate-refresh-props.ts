import type { Target } from '../../upstream/releases/target';

/** A workload to restart: an object of this app, or `{ kind, name }` of one that is deployed elsewhere. */
export interface RestartableWorkload {
  /** `Deployment`, `StatefulSet` or `DaemonSet`. */
  readonly kind: string;
  /** Kubernetes name. */
  readonly name: string;
  /**
   * Its metadata, as cdk8s objects have it; the namespace must be the one that is refreshed.
   *
   * @default - a workload of the namespace that is refreshed
   */
  readonly metadata?: { readonly namespace?: string };
}

/**
 * Minutes between restarts. One cron entry can express only divisors of 60: the step of a cron field starts again every
 * hour, so a step of 45 means minutes 0 and 45, with gaps of 45 and 15 minutes.
 */
export type RefreshInterval = 10 | 12 | 15 | 20 | 30;

/** Which workloads are restarted, how often, and why. */
export interface CertificateRefreshProps {
  /** Namespace of the workloads and of the objects that restart them. It must exist. */
  readonly namespace: string;
  /** The workloads whose proxies need new certificates; at least one. */
  readonly workloads: readonly RestartableWorkload[];
  /**
   * Releases that run in the cluster: tbot's determines whether restarts are needed, Kubernetes' which kubectl is used.
   */
  readonly target: Target;
  /**
   * Why restarts are wanted although the target's tbot renews certificates itself. Required for such a tbot.
   *
   * @default - for a tbot that does not renew certificates, its bug; for others, none
   */
  readonly reason?: string;
  /**
   * How often, in minutes.
   *
   * @default 20 - certificates are valid for an hour, so if one run fails, the next is still in time
   */
  readonly everyMinutes?: RefreshInterval;
  /**
   * Name of the CronJob, its ServiceAccount and its Role.
   *
   * @default 'certificate-refresh'
   */
  readonly name?: string;
  /**
   * Where kubectl's image is pulled from, without a tag; the tag is `target.kubernetes`.
   *
   * @default 'registry.k8s.io/kubectl'
   */
  readonly imageRepository?: string;
}
