import { identityUri } from '../../upstream/spiffe/identity-uri';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { CommonTlsContext, DownstreamTlsContext, SdsSecretConfig, UpstreamTlsContext } from './bootstrap';
import { WORKLOAD_API_CLUSTER } from './cluster';

/** At least one peer: Envoy interprets an empty list of names as "any certificate from a trusted CA". */
export type SpiffeIds = readonly [SpiffeId, ...SpiffeId[]];

/** Name by which tbot gives out its own and every federated bundle at once (gravitational/teleport lib/tbot/internal/sds). */
const ALL_BUNDLES = 'ALL';

/** TLS for a listener: a caller without the certificate of one of `peers` does not get past the handshake. */
export function downstreamTls(identity: SpiffeId, peers: SpiffeIds): DownstreamTlsContext {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    // tbot's bundle comes with a validator that demands a certificate anyway; this holds with any other one too.
    require_client_certificate: true,
    // HTTP/1.1 too, so that callers with a SPIFFE library instead of an Envoy need not speak HTTP/2.
    common_tls_context: commonTls(identity, peers, ['h2', 'http/1.1']),
  };
}

/** TLS for a cluster: nothing is sent to a server without the certificate of one of `peers`. */
export function upstreamTls(identity: SpiffeId, peers: SpiffeIds): UpstreamTlsContext {
  return {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    common_tls_context: commonTls(identity, peers, ['h2']),
  };
}

function commonTls(identity: SpiffeId, peers: SpiffeIds, alpn: readonly string[]): CommonTlsContext {
  return {
    tls_params: {
      // Both ends are Envoys or SPIFFE libraries, all of which speak TLS 1.3, and it hides the certificates on the wire.
      tls_minimum_protocol_version: 'TLSv1_3',
      // Said too because Envoy as a client goes no higher than TLS 1.2 by default, and then no handshake succeeds.
      tls_maximum_protocol_version: 'TLSv1_3',
      ecdh_curves: ['X25519', 'P-256', 'P-384'],
    },
    alpn_protocols: alpn,
    // By its own SPIFFE ID and not as `default`: when tbot offers another identity, Envoy must not quietly take it.
    tls_certificate_sds_secret_configs: [sdsSecret(identity.toString())],
    combined_validation_context: {
      // Envoy merges what tbot sends into this: single fields are replaced (tbot sends the trust bundle in
      // `custom_validator_config`), lists are joined. tbot sends no names, so these stay the only ones accepted.
      default_validation_context: {
        match_typed_subject_alt_names: uniqueSorted(peers).map((exact) => ({ san_type: 'URI', matcher: { exact } })),
      },
      validation_context_sds_secret_config: sdsSecret(bundleName(identity, peers)),
    },
  };
}

/** The full URI: tbot does not know a bundle by the bare trust domain. */
function bundleName(identity: SpiffeId, peers: SpiffeIds): string {
  return peers.every((peer) => peer.trustDomain.equals(identity.trustDomain))
    ? identityUri(`${identity.trustDomain}`)
    : ALL_BUNDLES;
}

function uniqueSorted(ids: SpiffeIds): string[] {
  return [...new Set(ids.map((id) => id.toString()))].sort();
}

function sdsSecret(name: string): SdsSecretConfig {
  return {
    name,
    sds_config: {
      resource_api_version: 'V3',
      // No limit: after the default of 15 s Envoy would open its ports without a certificate and refuse everybody.
      initial_fetch_timeout: '0s',
      api_config_source: {
        // tbot does not implement DELTA_GRPC.
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: WORKLOAD_API_CLUSTER } }],
      },
    },
  };
}
