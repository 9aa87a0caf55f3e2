import { DEFAULT_CREDENTIAL_TTL } from '../../upstream/teleport/lifetimes';
import { HEARTBEAT_SERVICE, SDS_SERVICE, TBOT_METRICS } from '../../upstream/teleport/tbot-metrics';
import type { Alert } from './alert';
import { grew, range } from './promql';

/** Alerts about tbot and the CSI driver, which every identity of a node comes through. */
export function tbotAlerts(namespace: string, daemonSets: readonly string[]): readonly Alert[] {
  // tbot renews its own identity on its defaults, whatever the lifetime of SVIDs.
  const half = range(DEFAULT_CREDENTIAL_TTL / 2);
  const loops = `service!="${HEARTBEAT_SERVICE}"`;
  const { iterations, successes, failures, streamsEnded } = TBOT_METRICS;
  const by = '(namespace, pod, service, name)';
  return [
    {
      name: 'TbotRenewalFailing',
      severity: 'warning',
      expr: grew(`${failures}{${loops}}`, half),
      for: '0m',
      summary: 'tbot {{ $labels.pod }} could not do {{ $labels.name }} of {{ $labels.service }}, after all retries',
    },
    {
      name: 'TbotRenewalOverdue',
      severity: 'critical',
      // The loop is there now and was there half a lifetime ago, and nothing succeeded in between; one that hangs counts.
      expr: `max by ${by} (${iterations}{${loops}}) and max by ${by} (${iterations}{${loops}} offset ${half}) unless sum by ${by} (increase(${successes}{${loops}}[${half}])) > 0`,
      for: '5m',
      summary:
        'tbot {{ $labels.pod }} has not done {{ $labels.name }} of {{ $labels.service }} for half the lifetime of its own certificate',
    },
    {
      name: 'SvidRequestsFailing',
      severity: 'warning',
      // Streams that a proxy closes end with OK or Canceled.
      expr: `sum by (namespace, pod, grpc_code) (rate(${streamsEnded}{grpc_service="${SDS_SERVICE}",grpc_code!~"OK|Canceled"}[5m])) > 0`,
      for: '15m',
      summary: 'tbot {{ $labels.pod }} refuses proxies of its node their certificates ({{ $labels.grpc_code }})',
    },
    {
      name: 'MeshDaemonSetNotReady',
      severity: 'warning',
      expr: daemonSets
        .map((name) => `{namespace="${namespace}",daemonset="${name}"}`)
        .map(
          (labels) =>
            `kube_daemonset_status_number_ready${labels} < kube_daemonset_status_desired_number_scheduled${labels}`,
        )
        .join(' or '),
      for: '15m',
      summary: '{{ $labels.daemonset }} is not ready on every node: proxies that start there get no certificate',
    },
  ];
}
