import { field, type JsonValue } from '../../base/json';
import { readYaml } from '../../base/yaml/yaml-value';
import { PROXY_CONFIG_ANNOTATION } from '../../upstream/istio/injection';
import type { Workload } from '../cluster/workload';
import type { Installation } from '../installation/installation';

/** How a gateway finds the address of the original client (istio/istio pilot/pkg/networking/core/gateway.go). */
export interface GatewayTopology {
  /** The number of trusted proxies in front of it that write X-Forwarded-For. */
  readonly trustedProxies: number;
  /** Whether the PROXY protocol is used instead. */
  readonly usesProxyProtocol: boolean;
}

/** The topology of a gateway's proxies: of their annotation, or of the mesh; undefined if neither is among the manifests. */
export function gatewayTopology(
  installations: readonly Installation[],
  { annotations }: Workload,
): GatewayTopology | undefined {
  const own = annotations[PROXY_CONFIG_ANNOTATION];
  const config = own === undefined ? undefined : readYaml(own, { duplicateKeys: 'last-wins' }).value;
  const ofMesh = installations.map(({ meshConfig }) => field(meshConfig, 'defaultConfig', 'gatewayTopology'));
  if (field(config, 'gatewayTopology') === undefined && ofMesh.length === 0) return undefined;
  return toTopology(field(config, 'gatewayTopology') ?? ofMesh.find((topology) => topology !== undefined));
}

function toTopology(topology: JsonValue | undefined): GatewayTopology {
  const trusted = field(topology, 'numTrustedProxies');
  return {
    trustedProxies: typeof trusted === 'number' ? trusted : 0,
    usesProxyProtocol: field(topology, 'proxyProtocol') !== undefined,
  };
}

/**
 * The address a gateway takes for the original client's: with N trusted proxies the Nth from the right in
 * X-Forwarded-For, without any the direct peer's (Envoy's `use_remote_address` and `xff_num_trusted_hops`).
 *
 * @param forwarded the header X-Forwarded-For; null if the request has none, undefined if that is not known
 * @param peer address of the direct peer; undefined if it is not known
 */
export function originalClient(
  { trustedProxies, usesProxyProtocol }: GatewayTopology,
  forwarded: string | null | undefined,
  peer: string | undefined,
): string | undefined {
  if (usesProxyProtocol) return undefined;
  if (trustedProxies === 0) return peer;
  if (forwarded === undefined) return undefined;
  const addresses = (forwarded ?? '').split(',').map((address) => address.trim());
  return addresses.filter((address) => address !== '').at(-trustedProxies) ?? peer;
}
