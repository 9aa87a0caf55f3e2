import type { UpstreamMessage } from './message';

/** What pilot-agent says of the socket of the Workload API before it starts the proxy. */
export const SOCKET_MESSAGES = {
  missing: {
    pattern: /no socket found/i,
    example:
      'Error: agent configured for non-default SDS socket path: ./var/run/secrets/workload-spiffe-uds/workload.sock but no socket found',
    source: 'istio/istio pkg/istio-agent/agent.go',
  },
  /** It is not let in; the agent then tries to remove the file. */
  notPermitted: {
    pattern: /(?:socket|\.sock).*permission denied/i,
    example:
      'Error: failed to check SDS socket: existing SDS socket could not be removed: remove ./var/run/secrets/workload-spiffe-uds/workload.sock: permission denied',
    source: 'istio/istio pkg/istio-agent/agent.go',
  },
  /** The file is there, and nobody answers. */
  silent: {
    pattern: /existing SDS socket could not be removed/,
    example:
      'Error: failed to check SDS socket: existing SDS socket could not be removed: remove ./var/run/secrets/workload-spiffe-uds/workload.sock: read-only file system',
    source: 'istio/istio pkg/istio-agent/agent.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;

/** What Envoy says when the server of its secrets ends the stream: the server's own words stand at the end. */
export const STREAM_CLOSED = {
  pattern: /StreamSecrets gRPC config stream to \S{1,200} closed/,
  example:
    '2026-11-01T12:00:00.000000Z\twarning\tenvoy config external/envoy/source/extensions/config_subscription/grpc/grpc_stream.h:226\tStreamSecrets gRPC config stream to sds-grpc closed: 2, fetching X509 SVIDs',
  source: 'envoyproxy/envoy source/extensions/config_subscription/grpc/grpc_stream.h',
} as const satisfies UpstreamMessage;

/** What the proxy's readiness probe says while Envoy has no configuration from istiod, or rejects it. */
export const CONFIGURATION_MISSING = {
  pattern: /config (?:not (?:fully )?received from XDS server|received from XDS server, but was rejected)/,
  example:
    '2026-11-01T12:00:00.000000Z\twarn\tEnvoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0 successful, 1 rejected; lds updates: 0 successful, 1 rejected',
  source: 'istio/istio pilot/cmd/pilot-agent/status/ready/probe.go',
} as const satisfies UpstreamMessage;

/** What istiod and its webhook say when they make no pod of one. */
export const INJECTION_MESSAGES = {
  templateUnknown: {
    pattern: /requested template .* not found|unknown template/i,
    example:
      'admission webhook "namespace.sidecar-injector.istio.io" denied the request: requested template "spire" not found; have gateway, sidecar',
    source: 'istio/istio pkg/kube/inject/inject.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;

/** Lines of istiod's log that say something failed: its levels stand between tabs. */
export const ISTIOD_FAILURE = {
  pattern: /\t(?:error|fatal)\t|^Error: /,
  example:
    '2026-11-01T12:00:00.000000Z\terror\tPod injection failed: requested template "spire" not found; have sidecar',
  source: 'istio/istio pkg/log/config.go',
} as const satisfies UpstreamMessage;
