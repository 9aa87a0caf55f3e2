import { isIpAddress } from '../../upstream/network/ip-address';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { Cluster, PipeAddress, SocketAddress, UpstreamTlsContext } from './bootstrap';

/** Name under which every secret of this bootstrap refers to tbot. */
export const WORKLOAD_API_CLUSTER = 'workload-api';

/** Long enough for one lost SYN packet within a cluster, short enough that a caller hears of a dead peer. */
const CONNECT_TIMEOUT = '5s';

/** The only form of HTTP/2 options that Envoy has not deprecated; gRPC needs HTTP/2. */
const HTTP2 = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicit_http_config: { http2_protocol_options: {} },
  },
} as const;

/** tbot's socket; no TLS, because the kernel tells tbot which process is calling. */
export function workloadApiCluster(socket: WorkloadApiSocket): Cluster {
  return {
    ...cluster(WORKLOAD_API_CLUSTER, 'STATIC', { pipe: { path: socket.path } }),
    typed_extension_protocol_options: HTTP2,
  };
}

/** Something in the same network namespace, spoken to in plain HTTP/1.1. */
export function loopbackCluster(name: string, port: number): Cluster {
  return cluster(name, 'STATIC', socketAddress('127.0.0.1', port));
}

/** A peer that must prove its identity before it gets a request. */
export function peerCluster(name: string, host: string, port: number, tls: UpstreamTlsContext): Cluster {
  return {
    ...cluster(name, isIpAddress(host) ? 'STATIC' : 'STRICT_DNS', socketAddress(host, port)),
    // By default Envoy would try only IPv6 where a name has both, and an Envoy listens on IPv4 unless stated otherwise.
    ...(!isIpAddress(host) && { dns_lookup_family: 'V4_PREFERRED' }),
    typed_extension_protocol_options: HTTP2,
    transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: tls },
  };
}

/** An address and port in Envoy's form. */
export function socketAddress(address: string, port: number): SocketAddress {
  return { socket_address: { address, port_value: port } };
}

function cluster(name: string, type: Cluster['type'], address: SocketAddress | PipeAddress): Cluster {
  return {
    name,
    type,
    connect_timeout: CONNECT_TIMEOUT,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}
