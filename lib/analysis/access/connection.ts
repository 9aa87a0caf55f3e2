import type { DestinationTls } from '../../model/cluster/destination-tls';
import type { CertificateAuthority } from '../../model/cluster/pod-proxy';
import type { Manifest } from '../../model/documents/manifest';
import type { MeshSettings } from '../../model/installation/mesh-settings';
import type { EffectiveMtlsMode } from '../../model/policy/peer-authentication';
import { identityUri } from '../../upstream/spiffe/identity-uri';

/** What the caller's side sends. */
export type ClientSpeaks =
  /** Mutual TLS with the mesh's certificates. */
  | 'mutual-tls'
  /** No TLS. */
  | 'plain-text'
  /** TLS that a DestinationRule configures and that is not the mesh's: the callee's proxy does not terminate it. */
  | 'foreign-tls';

/** Why the two sides cannot connect, whatever the policies say. */
export type ConnectionFailure =
  | 'plain-text-refused'
  | 'client-certificate-missing'
  | 'callee-speaks-plain-text'
  | 'callee-has-no-proxy'
  | 'different-authorities'
  | 'server-identity-not-expected'
  | 'client-trust-domain-refused'
  | 'callee-unknown-to-caller'
  | 'caller-does-not-run'
  | 'callee-does-not-run'
  | 'caller-has-no-identity'
  | 'callee-has-no-identity';

/** How caller and callee connect, before any policy is evaluated. */
export interface Connection {
  /** What the caller's side sends. */
  readonly clientSpeaks: ClientSpeaks;
  /** Why the caller's side sends this, as a clause. */
  readonly because: string;
  /** Identity the caller presents: null with plain text, undefined if the manifests do not state it. */
  readonly callerIdentity: string | null | undefined;
  /** Identity the callee presents: null without a proxy, undefined if the manifests do not state it. */
  readonly calleeIdentity: string | null | undefined;
  /** Who signed the caller's certificate; undefined without one. */
  readonly callerAuthority: CertificateAuthority | undefined;
  /** Who signed the callee's certificate; undefined without a proxy. */
  readonly calleeAuthority: CertificateAuthority | undefined;
  /** What the callee accepts; undefined where there is no proxy to enforce it, or it is a gateway. */
  readonly serverMode: EffectiveMtlsMode | undefined;
  /** Whether a proxy handles the callee's port, so that policies are enforced at all. */
  readonly enforced: boolean;
  /** Whether the callee's proxy may see a TLS server name: of the mesh's TLS, or of the client's own at a gateway. */
  readonly hasServerName: boolean;
  /** Why connections to the port bypass the callee's proxy, as a clause; undefined if they do not. */
  readonly bypassed: string | undefined;
  /** The DestinationRule that set the caller's TLS; undefined if auto-mTLS did. */
  readonly destinationRule: { readonly manifest: Manifest; readonly pointer: string } | undefined;
  /** Why the connection fails; undefined if it can be made. */
  readonly failure:
    | {
        readonly kind: ConnectionFailure;
        readonly problem: string;
        /** What has to be changed, if it is neither a DestinationRule nor the callee's mode. */
        readonly decidedBy?: { readonly manifest: Manifest; readonly pointer: string } | undefined;
      }
    | undefined;
  /** Assumptions made where the manifests do not state a fact. */
  readonly assumptions: readonly string[];
}

/** One side of a TLS handshake. */
export interface HandshakeSide {
  readonly identity: string | undefined;
  readonly authority: CertificateAuthority;
  /** Teleport's answer for the workload; undefined if another authority signs, or if it is unknown. */
  readonly teleport?: unknown;
}

/**
 * Whether both sides accept each other's certificate: the same authority, a server identity the client expects, a client
 * identity of the server's trust domains (istio/istio pilot/pkg/networking/core/cluster_tls.go,
 * pilot/pkg/networking/plugin/authn/util.go).
 *
 * @param expected identities istiod computes for the callee's Service; empty means the client checks none
 */
export function handshake(
  client: HandshakeSide,
  server: HandshakeSide,
  expected: ReadonlySet<string>,
  destination: DestinationTls | undefined,
  settings: MeshSettings,
): Connection['failure'] {
  const bothKnown = client.authority !== 'unknown' && server.authority !== 'unknown';
  if (bothKnown && client.authority !== server.authority) {
    const problem = `the caller’s certificate is signed by ${NAMES[client.authority]}, the callee’s by ${NAMES[server.authority]}, and neither side trusts the other’s root`;
    return { kind: 'different-authorities', problem };
  }
  const fixed = destination !== undefined && destination.subjectAltNames.length > 0;
  const accepted = fixed ? new Set(destination.subjectAltNames) : expected;
  if (accepted.size > 0 && server.identity !== undefined && !accepted.has(server.identity)) {
    const problem = `the callee presents ${server.identity}, but its clients accept only ${some(accepted)}`;
    return { kind: 'server-identity-not-expected', problem };
  }
  const own = [settings.trustDomain, ...settings.trustDomainAliases];
  const trustDomains = [...own, ...settings.otherTrustDomains];
  const { identity } = client;
  const isOf = (name: string) => identity?.startsWith(identityUri(name, '/')) === true;
  const other = own.some(isOf) ? undefined : settings.otherTrustDomains.find(isOf);
  // Envoy asks for ROOTCA, and tbot hands out foreign roots under another name (gravitational/teleport
  // lib/tbot/internal/sds/handler.go); meshConfig.caCertificates does not reach such proxies (istio/istio#50783).
  if (other !== undefined && server.authority === 'workload-api' && server.teleport !== undefined) {
    const problem = `Teleport’s Workload API gives the callee’s proxy only the roots of its own trust domain, so the proxy does not trust certificates from ${other}`;
    return { kind: 'different-authorities', problem };
  }
  const foreign = identity !== undefined && !trustDomains.some((known) => identity.startsWith(identityUri(known, '/')));
  if (foreign && !settings.skipsTrustDomainCheck) {
    const problem = `the caller presents ${identity}, but the callee accepts only trust domains ${trustDomains.join(', ')}`;
    return { kind: 'client-trust-domain-refused', problem };
  }
  return undefined;
}

/** The most identities that a sentence lists: it is written for each caller. */
const MOST_LISTED = 5;

function some(identities: ReadonlySet<string>): string {
  const listed: string[] = [];
  for (const identity of identities) {
    if (listed.length === MOST_LISTED) return `${listed.join(', ')} and ${identities.size - MOST_LISTED} more`;
    listed.push(identity);
  }
  return listed.join(', ');
}

const NAMES: Readonly<Record<CertificateAuthority, string>> = {
  'workload-api': 'the CA behind the Workload API (Teleport)',
  istiod: 'istiod’s CA',
  unknown: 'an unknown CA',
};
