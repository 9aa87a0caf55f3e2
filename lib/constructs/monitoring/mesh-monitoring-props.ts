import type { TeleportMesh } from '../mesh/teleport-mesh';

/** Shares of a Service's requests above which an alert fires, from 0 to 1. */
export interface MonitoringThresholds {
  /**
   * Answers with status 403, whether policies or the application gave them.
   *
   * @default 0.05
   */
  readonly denied?: number;
  /**
   * Requests for which no connection came about: 503 with the response flag `UF`.
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
   * Address of this package's page `docs/troubleshooting.md` where your team reads it, with `https://`: each alert links to its
   * heading there.
   */
  readonly runbooks: string;
  /**
   * Namespace of Prometheus, which all objects go to. It must exist. A Prometheus looks for monitors and rules in its own namespace
   * unless it says otherwise.
   *
   * @default 'monitoring'
   */
  readonly namespace?: string;
  /**
   * Labels of the monitors and rules, by which a Prometheus object selects them: `{ release: 'kube-prometheus-stack' }` for the chart of
   * that name.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Further labels of every alert, for the routes of Alertmanager. `severity` is there already: `critical` or `warning`.
   *
   * @default - none
   */
  readonly alertLabels?: Readonly<Record<string, string>> & { readonly severity?: never };
  /**
   * When alerts about requests fire.
   *
   * @default - 5 % denied, 1 % without a connection
   */
  readonly thresholds?: MonitoringThresholds;
  /**
   * Labels of the ConfigMap with the dashboard, by which Grafana's sidecar finds it; `false` for no dashboard.
   *
   * @default - { grafana_dashboard: '1' }, as kube-prometheus-stack looks for it
   */
  readonly dashboard?: false | Readonly<Record<string, string>>;
}
