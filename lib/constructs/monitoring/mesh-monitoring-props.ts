import type { TeleportMesh } from '../mesh/teleport-mesh';

/** Fractions of a Service's requests above which an alert fires, from 0 to 1. */
export interface MonitoringThresholds {
  /**
   * Responses with status 403, from policies or the application.
   *
   * @default 0.05
   */
  readonly denied?: number;
  /**
   * Requests for which no connection could be established: 503 with the response flag `UF`.
   *
   * @default 0.01
   */
  readonly connectionFailures?: number;
}

/** Options of {@link MeshMonitoring}. */
export interface MeshMonitoringProps {
  /** The mesh to watch. */
  readonly mesh: TeleportMesh;
  /**
   * URL of this package's page `docs/troubleshooting.md` where your team reads it, with `https://`: each alert links to
   * its section there.
   */
  readonly runbooks: string;
  /**
   * Namespace of Prometheus, in which all objects are created. It must exist. By default, a Prometheus reads monitors
   * and rules in its own namespace.
   *
   * @default 'monitoring'
   */
  readonly namespace?: string;
  /**
   * Labels of the monitors and rules, by which a Prometheus object selects them: `{ release: 'kube-prometheus-stack' }`
   * for the chart with that name.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Further labels of every alert, for routing in Alertmanager. `severity` is already set, to `critical` or `warning`.
   *
   * @default - none
   */
  readonly alertLabels?: Readonly<Record<string, string>> & { readonly severity?: never };
  /**
   * Thresholds of the alerts about requests.
   *
   * @default - 5 % denied, 1 % without a connection
   */
  readonly thresholds?: MonitoringThresholds;
  /**
   * Labels of the ConfigMap with the dashboard, by which Grafana's sidecar finds it; `false` for no dashboard.
   *
   * @default - { grafana_dashboard: '1' }, as kube-prometheus-stack expects it
   */
  readonly dashboard?: false | Readonly<Record<string, string>>;
}
