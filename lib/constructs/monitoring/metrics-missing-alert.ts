import { ENVOY_METRICS } from '../../upstream/istio/proxy-statistics';
import { TBOT_METRICS } from '../../upstream/teleport/tbot-metrics';
import type { Alert } from './alert';

/** What the other alerts read: while one of these is missing, some of them can never fire. Not requests: a mesh may have none. */
const NEEDED = [
  TBOT_METRICS.iterations,
  ENVOY_METRICS.svidUpdateTime,
  ENVOY_METRICS.svidExpiry,
  'kube_daemonset_status_number_ready',
];

/** An alert about alerts: silence of the others means nothing while it fires. */
export const METRICS_MISSING: Alert = {
  name: 'MeshMetricsMissing',
  severity: 'warning',
  expr: NEEDED.map((metric) => `label_replace(absent(${metric}), "metric", "${metric}", "", "")`).join(' or '),
  for: '15m',
  summary: 'No metric {{ $labels.metric }}: alerts that need it cannot fire',
};
