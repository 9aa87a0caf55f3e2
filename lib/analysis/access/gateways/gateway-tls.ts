import type { GatewayServer, ServerTls } from '../../../model/gateways/gateway-servers';
import type { Connection } from '../connection';

/** Who calls, as far as it matters here. */
type CallerKind = { readonly kind: 'workload' | 'outside' } | { readonly kind: 'identity'; readonly identity: string };

/** What the servers of Gateways ask clients for on a port; several if its servers differ. */
export function serverTlsOf(
  servers: readonly GatewayServer[],
  { port, podPort }: { readonly port: number; readonly podPort: number },
): ReadonlySet<ServerTls> {
  const own = servers.filter((server) => server.port === port || server.port === podPort);
  return new Set(own.map(({ tls }) => tls));
}

/** What a client's own certificate makes of a connection with a gateway. */
export interface AtServer {
  /** As in {@link Connection}: the certificate is the client's own, so the manifests do not tell whose name is in it. */
  readonly identity: string | null | undefined;
  readonly failure: Connection['failure'];
  readonly assumptions: readonly string[];
}

/**
 * Whom a gateway's rules see: with TLS that asks for a certificate, whoever that names, not the mesh's identity; with
 * `ISTIO_MUTUAL` only the mesh's own get in.
 *
 * @param identity what the caller's side presents of the mesh
 */
export function atServer(
  kinds: ReadonlySet<ServerTls>,
  caller: CallerKind,
  identity: string | null | undefined,
): AtServer {
  const [only, ...others] = kinds;
  if (only === 'istio-mutual' && others.length === 0) return atMeshServer(caller, identity);
  const asks = (['mutual', 'optional-mutual'] as const).some((kind) => kinds.has(kind));
  if (identity !== null || (!asks && !kinds.has('istio-mutual')))
    return { identity, failure: undefined, assumptions: [] };
  if (caller.kind !== 'identity') return { identity: undefined, failure: undefined, assumptions: [] };
  return {
    identity: caller.identity,
    failure: undefined,
    assumptions: ['the caller presents its identity in the client certificate that the Gateway requests'],
  };
}

function atMeshServer(caller: CallerKind, identity: string | null | undefined): AtServer {
  if (identity !== null) return { identity, failure: undefined, assumptions: [] };
  if (caller.kind === 'identity') {
    const assumed = 'the caller’s proxy uses ISTIO_MUTUAL, which the Gateway requires';
    return { identity: caller.identity, failure: undefined, assumptions: [assumed] };
  }
  const problem = 'the caller presents no mesh certificate, but the Gateway requires one (tls.mode ISTIO_MUTUAL)';
  return { identity, failure: { kind: 'client-certificate-missing', problem }, assumptions: [] };
}
