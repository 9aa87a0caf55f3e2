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
  /** TLS of another kind, set by a DestinationRule: the callee's proxy does not look into it. */
  | 'foreign-tls';

/** Why two sides cannot get a connection, whatever the policies say. */
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

/** How caller and callee meet before any policy is asked. */
export interface Connection {
  /** What the caller's side sends. */
  readonly clientSpeaks: ClientSpeaks;
  /** Why the caller's side speaks so, as a clause. */
  readonly because: string;
  /** Identity the caller presents: null with plain text, undefined if the manifests do not tell it. */
  readonly callerIdentity: string | null | undefined;
  /** Identity the callee presents: null without a proxy, undefined if the manifests do not tell it. */
  readonly calleeIdentity: string | null | undefined;
  /** Who signed the caller's certificate; undefined without one. */
  readonly callerAuthority: CertificateAuthority | undefined;
  /** Who signed the callee's certificate; undefined without a proxy. */
  readonly calleeAuthority: CertificateAuthority | undefined;
  /** What the callee accepts; undefined where there is no proxy to enforce it, or it is a gateway. */
  readonly serverMode: EffectiveMtlsMode | undefined;
  /** Whether a proxy stands before the callee's port, so that policies are enforced at all. */
  readonly enforced: boolean;
  /** Whether the callee's proxy may see a TLS server name: of the mesh's TLS, or of the client's own at a gateway. */
  readonly hasServerName: boolean;
  /** Why the callee has a proxy and the port passes it by, as a clause; undefined if it does not. */
  readonly bypassed: string | undefined;
  /** The DestinationRule that set the caller's TLS; undefined if auto-mTLS did. */
  readonly destinationRule: { readonly manifest: Manifest; readonly pointer: string } | undefined;
  /** Why the connection fails; undefined if it can be made. */
  readonly failure:
    | {
        readonly kind: ConnectionFailure;
        readonly problem: string;
        /** What is to be changed, where that is neither a DestinationRule nor the callee's mode. */
        readonly decidedBy?: { readonly manifest: Manifest; readonly pointer: string } | undefined;
      }
    | undefined;
  /** What was taken to be so where the manifests do not say. */
  readonly assumptions: readonly string[];
}

/** One side of a TLS handshake. */
export interface HandshakeSide {
  readonly identity: string | undefined;
  readonly authority: CertificateAuthority;
  /** What Teleport says about the workload; undefined if another authority signs, or nothing is known. */
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
