import { ENVOY_METRICS } from '../../upstream/istio/proxy-statistics';
import { DEFAULT_CREDENTIAL_TTL, DEFAULT_RENEWAL_INTERVAL } from '../../upstream/teleport/lifetimes';
import type { CredentialLifetime } from '../tbot/credential-lifetime';
import type { Alert } from './alert';
import type { MonitoringThresholds } from './mesh-monitoring-props';
import { DENIED_REQUESTS, range, shareByService, UNCONNECTED_REQUESTS } from './promql';

/**
 * Age at which an SVID should have been renewed, in seconds: half its lifetime, or halfway between its renewal and its end if it is
 * renewed later than that.
 */
function overdueAfter(lifetime: CredentialLifetime | undefined): number {
  const ttl = lifetime?.ttl.toSeconds() ?? DEFAULT_CREDENTIAL_TTL;
  const interval = lifetime?.renewalInterval.toSeconds() ?? DEFAULT_RENEWAL_INTERVAL;
  return Math.floor(interval < ttl / 2 ? ttl / 2 : (interval + ttl) / 2);
}

/** Alerts about proxies: their certificates, and what becomes of requests. */
export function proxyAlerts(
  lifetime: CredentialLifetime | undefined,
  thresholds: Required<MonitoringThresholds>,
): readonly Alert[] {
  const ttl = lifetime?.ttl.toSeconds() ?? DEFAULT_CREDENTIAL_TTL;
  const overdue = overdueAfter(lifetime);
  const left = ttl - overdue;
  const { svidUpdateTime, svidExpiry, svidRejected, rootsRejected } = ENVOY_METRICS;
  const { serverUnverified, serverMisnamed, clientUnverified, clientMisnamed } = ENVOY_METRICS;
  const pods = 'by (namespace, pod)';
  return [
    {
      name: 'SvidNotRenewed',
      severity: 'critical',
      expr: `time() - (max ${pods} (${svidUpdateTime}) > 0) / 1000 > ${overdue}`,
      for: '2m',
      summary: `{{ $labels.namespace }}/{{ $labels.pod }} got its certificate more than ${range(overdue)} ago; it ends after ${range(ttl)}`,
    },
    {
      name: 'SvidExpiresSoon',
      severity: 'critical',
      // Sees what the one before does not: renewals that bring the old certificate again.
      expr: `min ${pods} (${svidExpiry}) - time() < ${left}`,
      for: '2m',
      summary:
        '{{ $labels.namespace }}/{{ $labels.pod }} shows a certificate that ends in {{ $value | humanizeDuration }}',
    },
    {
      name: 'SvidRejectedByProxy',
      severity: 'critical',
      expr: [svidRejected, rootsRejected].map((metric) => `sum ${pods} (increase(${metric}[30m])) > 0`).join(' or '),
      for: '0m',
      summary: '{{ $labels.namespace }}/{{ $labels.pod }} cannot use what tbot sends, and goes on with what it had',
    },
    {
      name: 'MeshCertificateRefused',
      severity: 'warning',
      expr: [
        ...[serverUnverified, serverMisnamed].map(
          (metric) => `sum by (namespace, pod, cluster_name) (increase(${metric}[5m])) > 0`,
        ),
        ...[clientUnverified, clientMisnamed].map(
          (metric) => `sum by (namespace, pod, listener_address) (increase(${metric}[5m])) > 0`,
        ),
      ].join(' or '),
      // An address that a new pod of another Service got makes one handshake fail: that is over at once.
      for: '10m',
      summary:
        '{{ $labels.namespace }}/{{ $labels.pod }} refuses the certificate of the other end ({{ $labels.cluster_name }}{{ $labels.listener_address }})',
    },
    {
      name: 'MeshRequestsDenied',
      severity: 'warning',
      expr: `${shareByService(DENIED_REQUESTS, '5m')} > ${thresholds.denied}`,
      for: '10m',
      summary:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.destination_service_namespace }}/{{ $labels.destination_service_name }} are answered 403',
    },
    {
      name: 'MeshConnectionsFailing',
      severity: 'critical',
      expr: `${shareByService(UNCONNECTED_REQUESTS, '5m')} > ${thresholds.connectionFailures}`,
      for: '5m',
      summary:
        '{{ $value | humanizePercentage }} of the requests to {{ $labels.destination_service_namespace }}/{{ $labels.destination_service_name }} find no connection',
    },
  ];
}
