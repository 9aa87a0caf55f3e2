/**
 * Which of Envoy's statistics a proxy keeps, in the words of `meshConfig.defaultConfig.proxyStatsMatcher`. A proxy keeps a statistic
 * that any of the lists lets through (istio/istio pkg/bootstrap/config.go `getStatsOptions`).
 */
export interface ProxyStatsMatcher {
  /** Beginnings of names. */
  readonly inclusionPrefixes?: readonly string[];
  /** Regular expressions that match whole names. */
  readonly inclusionRegexps?: readonly string[];
  /** Ends of names. */
  readonly inclusionSuffixes?: readonly string[];
}

/**
 * What Istio leaves out and a mesh with identities from a socket needs to see: whether certificates arrive, how long they are
 * valid, whether the proxy reaches tbot, and whose certificates are refused. Without it nothing says how old an SVID is: Istio's own
 * `istio_agent_cert_expiry_seconds` does not exist where the agent fetches no certificate
 * (istio/istio pkg/istio-agent/agent.go), and `server.days_until_first_cert_expiring` counts whole days.
 *
 * Of the TLS statistics only these: a proxy has all of them for each Service of the mesh.
 */
export const IDENTITY_STATISTICS = {
  inclusionPrefixes: ['sds.'],
  inclusionRegexps: [
    'cluster\\.sds-grpc;?\\.upstream_cx_(active|connect_fail|total)',
    'cluster\\..+\\.ssl\\.fail_verify_(error|san)',
    'listener\\..+\\.ssl\\.(certificate\\.default\\.expiration_unix_time_seconds|fail_verify_(error|san))',
  ],
} as const satisfies ProxyStatsMatcher;

/**
 * The same statistics as Prometheus sees them. A dot in a name becomes an underscore, and what Istio's bootstrap takes out of names
 * becomes a label: `cluster_name`, `listener_address` (istio/istio tools/packaging/common/envoy_bootstrap.json).
 */
export const ENVOY_METRICS = {
  /** Counts answers with the proxy's own certificate that Envoy took over, renewals among them. */
  svidUpdates: 'envoy_sds_default_update_success',
  /** When the last of them came, in milliseconds since 1970; 0 before the first. */
  svidUpdateTime: 'envoy_sds_default_update_time',
  /** Counts certificates that Envoy could not use. */
  svidRejected: 'envoy_sds_default_update_rejected',
  /** Counts roots that Envoy could not use. */
  rootsRejected: 'envoy_sds_ROOTCA_update_rejected',
  /** Whether the stream that brings the certificate is open, 1 or 0. */
  svidStream: 'envoy_sds_default_control_plane_connected_state',
  /** End of the certificate that the proxy shows to its callers, in seconds since 1970. */
  svidExpiry: 'envoy_listener_ssl_certificate_default_expiration_unix_time_seconds',
  /** Counts servers whose certificate no known root signed, or that has ended. */
  serverUnverified: 'envoy_cluster_ssl_fail_verify_error',
  /** Counts servers with another identity than the Service's. */
  serverMisnamed: 'envoy_cluster_ssl_fail_verify_san',
  /** Counts clients whose certificate no known root signed, or that has ended. */
  clientUnverified: 'envoy_listener_ssl_fail_verify_error',
  /** Counts clients of another trust domain. */
  clientMisnamed: 'envoy_listener_ssl_fail_verify_san',
  /** Counts requests by what the policies made of them, in the label `authz_enforce_result`. */
  httpDecisions: 'envoy_http_rbac',
} as const;

/** Istio's metric of requests (istio.io/docs/reference/config/metrics), which proxies report on both sides. */
export const REQUESTS_METRIC = 'istio_requests_total';

/** Name of the port at which each proxy, sidecar or gateway, serves its metrics in plain text, whatever the mTLS mode. */
export const PROXY_METRICS_PORT = 'http-envoy-prom';

/** Path of the metrics at {@link PROXY_METRICS_PORT}. */
export const PROXY_METRICS_PATH = '/stats/prometheus';
