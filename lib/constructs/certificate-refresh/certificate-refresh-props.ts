import type { Target } from '../../upstream/releases/target';

/** A workload to restart: an object of this app, or `{ kind, name }` of one that is deployed elsewhere. */
export interface RestartableWorkload {
  /** `Deployment`, `StatefulSet` or `DaemonSet`. */
  readonly kind: string;
  /** Kubernetes name. */
  readonly name: string;
  /**
   * Its metadata, as objects of cdk8s have them; the namespace must be the one that is refreshed.
   *
   * @default - a workload of the namespace that is refreshed
   */
  readonly metadata?: { readonly namespace?: string };
}

/**
 * Minutes from one restart to the next. Only divisors of 60 can be said in one cron entry: the step of a cron field starts
 * anew with each hour, so a step of 45 means minutes 0 and 45, with gaps of 45 and 15 minutes.
 */
export type RefreshInterval = 10 | 12 | 15 | 20 | 30;

/** What is restarted, how often, and why. */
export interface CertificateRefreshProps {
  /** Namespace of the workloads and of everything that restarts them. It must exist. */
  readonly namespace: string;
  /** The workloads whose proxies hold certificates; at least one. */
  readonly workloads: readonly RestartableWorkload[];
  /** Releases that run in the cluster: tbot's decides whether restarts are needed, Kubernetes' which kubectl fits. */
  readonly target: Target;
  /**
   * Why restarts are wanted although the target's tbot renews certificates by itself. Without it they are refused there.
   *
   * @default - with a tbot that does not renew, its bug is the reason; with others there is none
   */
  readonly reason?: string;
  /**
   * How often, in minutes.
   *
   * @default 20 - certificates live for an hour, so one run may fail and the next still comes in time
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
