import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { PROXY_METRICS_PATH, PROXY_METRICS_PORT } from '../../upstream/istio/proxy-statistics';
import { APP_NAME_LABEL, checkNamespace } from '../../upstream/kubernetes/names';
import { TBOT_METRICS_PATH } from '../../upstream/teleport/tbot-metrics';
import { addObject } from '../kubernetes/kubernetes-object';
import { checkSameApp } from '../mesh/mesh-checks';
import type { TeleportMesh } from '../mesh/teleport-mesh';
import { DIAGNOSTICS_PORT_NAME } from '../tbot/tbot-container';
import { type Alert, toRule } from './alert';
import { meshDashboard } from './dashboard';
import type { MeshMonitoringProps } from './mesh-monitoring-props';
import { METRICS_MISSING } from './metrics-missing-alert';
import { proxyAlerts } from './proxy-alerts';
import { tbotAlerts } from './tbot-alerts';

/** API group and version of the Prometheus operator's objects. */
const PROMETHEUS_API = 'monitoring.coreos.com/v1';

/**
 * Monitoring of a mesh with Prometheus and Grafana: monitors of tbot and the proxies, alerts with runbooks, a
 * dashboard, and the proxy statistics that they need, in Istio's installation. Requires the Prometheus operator, and
 * kube-state-metrics for one alert.
 *
 * The proxies' metrics port accepts plain text in every mTLS mode, so Prometheus needs no sidecar and no policy.
 * Proxies read the list of statistics when they start: restart the workloads once.
 */
export class MeshMonitoring extends Construct {
  /** Makes Prometheus scrape tbot, for patches. */
  public readonly tbotMonitor: ApiObject;
  /** Makes Prometheus scrape all proxies of the mesh, for patches. */
  public readonly proxyMonitor: ApiObject;
  /** The alerts, for patches. */
  public readonly rules: ApiObject;
  /** The ConfigMap with Grafana's dashboard, for patches; undefined if it is disabled. */
  public readonly dashboard: ApiObject | undefined;

  /**
   * @throws InvalidInputError if the namespace may not read tbot's diagnostics, if the address of the runbooks is not one, if a threshold
   * is not between 0 and 1, if Kubernetes would refuse a name or label, or if the mesh is part of another app
   */
  public constructor(scope: Construct, id: string, props: MeshMonitoringProps) {
    super(scope, id);
    const where = this.node.path;
    const { mesh, namespace = 'monitoring', labels = {}, alertLabels = {}, dashboard } = props;
    const thresholds = { denied: 0.05, connectionFailures: 0.01, ...props.thresholds };
    checkSameApp(mesh, this);
    checkNamespace(where, namespace);
    checkRunbooks(where, props.runbooks);
    for (const [name, share] of Object.entries(thresholds)) checkShare(`${where}: thresholds.${name}`, share);
    checkDiagnostics(where, mesh, namespace);
    mesh.istio.addIdentityStatistics();

    const tbot = mesh.tbot.daemonSet;
    const tbotNamespace = tbot.metadata.namespace as string;
    this.tbotMonitor = addObject(this, 'tbot', {
      apiVersion: PROMETHEUS_API,
      kind: 'PodMonitor',
      metadata: { name: 'teleport-istio-tbot', namespace, labels },
      spec: {
        namespaceSelector: { matchNames: [tbotNamespace] },
        selector: { matchLabels: { [APP_NAME_LABEL]: tbot.name } },
        podMetricsEndpoints: [{ port: DIAGNOSTICS_PORT_NAME, path: TBOT_METRICS_PATH, interval: '30s' }],
      },
    });
    this.proxyMonitor = addObject(this, 'proxies', {
      apiVersion: PROMETHEUS_API,
      kind: 'PodMonitor',
      metadata: { name: 'teleport-istio-proxies', namespace, labels },
      spec: {
        // Namespaces may join the mesh after this was made.
        namespaceSelector: { matchNames: Lazy.any({ produce: () => [...mesh.identity.namespaces].sort() }) },
        // Only pods with a proxy have a port of this name.
        selector: {},
        podMetricsEndpoints: [{ port: PROXY_METRICS_PORT, path: PROXY_METRICS_PATH, interval: '30s' }],
      },
    });
    const daemonSets = [tbot.name, ...(mesh.csiDriver ? [mesh.csiDriver.daemonSet.name] : [])];
    const groups: readonly (readonly [string, readonly Alert[]])[] = [
      ['teleport-istio-tbot', tbotAlerts(tbotNamespace, daemonSets)],
      ['teleport-istio-proxies', proxyAlerts(mesh.tbot.credentialLifetime, thresholds)],
      ['teleport-istio-monitoring', [METRICS_MISSING]],
    ];
    this.rules = addObject(this, 'rules', {
      apiVersion: PROMETHEUS_API,
      kind: 'PrometheusRule',
      metadata: { name: 'teleport-istio', namespace, labels },
      spec: {
        groups: groups.map(([name, alerts]) => ({
          name,
          rules: alerts.map((alert) => toRule(alert, props.runbooks, alertLabels)),
        })),
      },
    });
    this.dashboard =
      dashboard === false
        ? undefined
        : addObject(this, 'dashboard', {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: {
              name: 'teleport-istio-dashboard',
              namespace,
              labels: dashboard ?? { grafana_dashboard: '1' },
            },
            data: { 'teleport-istio.json': `${JSON.stringify(meshDashboard(), null, 2)}\n` },
          });
  }
}

function checkRunbooks(where: string, runbooks: string): void {
  if (/^https?:\/\/[^\s#]+$/.test(runbooks)) return;
  throw new InvalidInputError({
    where,
    problem: 'not a valid URL for an alert to link to',
    value: runbooks,
    allowed: 'a URL with https:// and without a fragment',
    fix: 'pass the URL where your team reads docs/troubleshooting.md',
  });
}

function checkShare(where: string, share: number): void {
  if (share >= 0 && share < 1) return;
  throw new InvalidInputError({
    where,
    problem: 'not a valid fraction of requests',
    value: share,
    allowed: 'a number from 0 to less than 1; 0.05 is 5 %',
  });
}

function checkDiagnostics(where: string, { tbot }: TeleportMesh, namespace: string): void {
  const from = tbot.diagnosticsFrom;
  if (from === undefined || from.includes(namespace)) return;
  throw new InvalidInputError({
    where,
    problem: "Prometheus could not scrape tbot: tbot's NetworkPolicy does not allow its namespace",
    value: namespace,
    allowed: from.length === 0 ? 'a mesh whose tbot.diagnosticsFrom includes the namespace' : from.join(', '),
    fix: `add "${namespace}" to tbot: { diagnosticsFrom: [...] } of the TeleportMesh`,
  });
}
