import type { AccessLog, DownstreamTlsContext, HttpConnectionManagerFilter, Listener, Route } from './bootstrap';
import { socketAddress } from './cluster';

/** Cluster that leads to Envoy's own admin interface. */
export const ADMIN_CLUSTER = 'admin';

/** Everything goes to one place; how long a request may take is the application's business, not the default 15 s. */
const toCluster = (cluster: string): Route => ({ match: { prefix: '/' }, route: { cluster, timeout: '0s' } });

/** Where peers come in: mutual TLS, then one HTTP hop to the application. */
export function inboundListener(address: string, port: number, tls: DownstreamTlsContext, cluster: string): Listener {
  return {
    name: 'inbound',
    address: socketAddress(address, port),
    access_log: [connectionLog],
    filter_chains: [
      {
        transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: tls },
        filters: [
          http('inbound', toCluster(cluster), {
            // Adds the peer's address to x-forwarded-for, whose last part is then true whatever the peer wrote before it.
            use_remote_address: true,
            // TLS looks at a certificate only once per connection: an hour, tbot's default lifetime of an SVID, is how
            // long one may outlive its certificate.
            common_http_protocol_options: { max_connection_duration: '3600s' },
            // The application learns who calls from x-forwarded-client-cert; what the caller wrote there is dropped.
            forward_client_cert_details: 'SANITIZE_SET',
            set_current_client_cert_details: { uri: true },
          }),
        ],
      },
    ],
  };
}

/** Where the application in the same pod calls out: plain HTTP, and never on an address others can reach. */
export function outboundListener(port: number, cluster: string): Listener {
  return {
    name: 'outbound',
    address: socketAddress('127.0.0.1', port),
    filter_chains: [{ filters: [http('outbound', toCluster(cluster))] }],
  };
}

/** `GET /ready` for the kubelet, which cannot reach the admin interface on loopback and has no SVID; nothing else. */
export function readinessListener(address: string, port: number): Listener {
  return {
    name: 'readiness',
    address: socketAddress(address, port),
    filter_chains: [{ filters: [http('readiness', { match: { path: '/ready' }, route: { cluster: ADMIN_CLUSTER } })] }],
  };
}

/** One line for each connection, refused ones included: who it was, and why TLS did not work. */
const connectionLog: AccessLog = {
  name: 'envoy.access_loggers.stdout',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog',
    log_format: {
      json_format: {
        from: '%DOWNSTREAM_REMOTE_ADDRESS%',
        peer: '%DOWNSTREAM_PEER_URI_SAN%',
        tls_failure: '%DOWNSTREAM_TRANSPORT_FAILURE_REASON%',
      },
    },
  },
};

type HttpOptions = Pick<
  HttpConnectionManagerFilter['typed_config'],
  | 'use_remote_address'
  | 'common_http_protocol_options'
  | 'forward_client_cert_details'
  | 'set_current_client_cert_details'
>;

function http(name: string, route: Route, options: HttpOptions = {}): HttpConnectionManagerFilter {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: name,
      ...options,
      route_config: { name, virtual_hosts: [{ name, domains: ['*'], routes: [route] }] },
      http_filters: [
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
        },
      ],
    },
  };
}
