/**
 * Envoy's bootstrap configuration (envoyproxy/envoy api/envoy/config), with only the fields that {@link EnvoyProxy}
 * writes.
 */
export interface EnvoyBootstrap {
  /** How Envoy identifies itself to the SDS server, which rejects a stream without both fields. */
  readonly node: { readonly id: string; readonly cluster: string };
  /** Envoy's admin interface, on loopback. */
  readonly admin: { readonly address: SocketAddress };
  /** Envoy's listeners and clusters. */
  readonly static_resources: {
    readonly listeners: readonly Listener[];
    readonly clusters: readonly Cluster[];
  };
}

/** An extension's configuration with the protobuf message it is written in. */
export type TypedConfig<Message extends string, Fields> = {
  readonly '@type': `type.googleapis.com/${Message}`;
} & Fields;

export interface SocketAddress {
  readonly socket_address: { readonly address: string; readonly port_value: number };
}

export interface PipeAddress {
  readonly pipe: { readonly path: string };
}

export interface Listener {
  readonly name: string;
  readonly address: SocketAddress;
  readonly filter_chains: readonly [FilterChain];
  readonly access_log?: readonly [AccessLog];
}

export interface FilterChain {
  readonly transport_socket?: TlsTransportSocket<DownstreamTlsContext>;
  readonly filters: readonly [HttpConnectionManagerFilter];
}

export interface AccessLog {
  readonly name: 'envoy.access_loggers.stdout';
  readonly typed_config: TypedConfig<
    'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
    { readonly log_format: { readonly json_format: Readonly<Record<string, string>> } }
  >;
}

export interface HttpConnectionManagerFilter {
  readonly name: 'envoy.filters.network.http_connection_manager';
  readonly typed_config: TypedConfig<
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    HttpConnectionManager
  >;
}

export interface HttpConnectionManager {
  readonly stat_prefix: string;
  readonly use_remote_address?: true;
  readonly common_http_protocol_options?: { readonly max_connection_duration: Seconds };
  readonly forward_client_cert_details?: 'SANITIZE_SET';
  readonly set_current_client_cert_details?: { readonly uri: true };
  readonly route_config: {
    readonly name: string;
    readonly virtual_hosts: readonly [
      { readonly name: string; readonly domains: readonly ['*']; readonly routes: readonly [Route] },
    ];
  };
  readonly http_filters: readonly [
    {
      readonly name: 'envoy.filters.http.router';
      readonly typed_config: TypedConfig<'envoy.extensions.filters.http.router.v3.Router', unknown>;
    },
  ];
}

export interface Route {
  readonly match: { readonly prefix: string } | { readonly path: string };
  readonly route: { readonly cluster: string; readonly timeout?: Seconds };
}

/** A protobuf duration in its JSON form. */
export type Seconds = `${number}s`;

export interface Cluster {
  readonly name: string;
  readonly type: 'STATIC' | 'STRICT_DNS';
  readonly dns_lookup_family?: 'V4_PREFERRED';
  readonly connect_timeout: Seconds;
  readonly load_assignment: {
    readonly cluster_name: string;
    readonly endpoints: readonly [
      { readonly lb_endpoints: readonly [{ readonly endpoint: { readonly address: SocketAddress | PipeAddress } }] },
    ];
  };
  readonly typed_extension_protocol_options?: {
    readonly 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': TypedConfig<
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      { readonly explicit_http_config: { readonly http2_protocol_options: Readonly<Record<string, never>> } }
    >;
  };
  readonly transport_socket?: TlsTransportSocket<UpstreamTlsContext>;
}

export interface TlsTransportSocket<Context> {
  readonly name: 'envoy.transport_sockets.tls';
  readonly typed_config: Context;
}

export type DownstreamTlsContext = TypedConfig<
  'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  { readonly require_client_certificate: true; readonly common_tls_context: CommonTlsContext }
>;

export type UpstreamTlsContext = TypedConfig<
  'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
  { readonly common_tls_context: CommonTlsContext }
>;

export interface CommonTlsContext {
  readonly tls_params: {
    readonly tls_minimum_protocol_version: 'TLSv1_3';
    readonly tls_maximum_protocol_version: 'TLSv1_3';
    readonly ecdh_curves: readonly string[];
  };
  readonly alpn_protocols: readonly string[];
  readonly tls_certificate_sds_secret_configs: readonly [SdsSecretConfig];
  readonly combined_validation_context: {
    readonly default_validation_context: { readonly match_typed_subject_alt_names: readonly SubjectAltNameMatcher[] };
    readonly validation_context_sds_secret_config: SdsSecretConfig;
  };
}

export interface SubjectAltNameMatcher {
  readonly san_type: 'URI';
  readonly matcher: { readonly exact: string };
}

export interface SdsSecretConfig {
  readonly name: string;
  readonly sds_config: {
    readonly resource_api_version: 'V3';
    readonly initial_fetch_timeout: Seconds;
    readonly api_config_source: {
      readonly api_type: 'GRPC';
      readonly transport_api_version: 'V3';
      readonly grpc_services: readonly [{ readonly envoy_grpc: { readonly cluster_name: string } }];
    };
  };
}
