/** Path of tbot's metrics at the port of its diagnostics (gravitational/teleport lib/tbot/internal/diagnostics/service.go). */
export const TBOT_METRICS_PATH = '/metrics';

/**
 * Metrics of tbot. The first three are about its loops, which the labels `service` and `name` distinguish; each series begins with the first
 * event, so none begins with 0 (gravitational/teleport lib/tbot/internal/loop.go).
 */
export const TBOT_METRICS = {
  /** Iterations that began, without retries. */
  iterations: 'tbot_task_iterations_total',
  /** Iterations that succeeded: the counter of a histogram over retries. */
  successes: 'tbot_task_iterations_successful_count',
  /** Iterations that failed after all retries. */
  failures: 'tbot_task_iterations_failed',
  /** Requests and streams of the Workload API that ended, with the label `grpc_code` (lib/tbot/services/workloadidentity/workload_api.go). */
  streamsEnded: 'grpc_server_handled_total',
} as const;

/** Service in `grpc_service` through which Envoy asks for certificates. */
export const SDS_SERVICE = 'envoy.service.secret.v3.SecretDiscoveryService';

/** Loop that only reports to Teleport, every half hour; nothing expires without it (lib/tbot/internal/heartbeat/service.go). */
export const HEARTBEAT_SERVICE = 'heartbeat';
