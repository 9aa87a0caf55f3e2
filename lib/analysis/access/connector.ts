import { textsAt } from '../../base/json';
import type { DestinationRules } from '../../model/cluster/destination-rule';
import type { DestinationTls } from '../../model/cluster/destination-tls';
import { selects } from '../../model/cluster/label-index';
import type { Service } from '../../model/cluster/service';
import type { SubsetRoutes } from '../../model/cluster/subset-routes';
import type { Workload } from '../../model/cluster/workload';
import type { HiddenService, ServiceVisibility } from '../../model/egress/service-visibility';
import type { ServerTls } from '../../model/gateways/gateway-servers';
import type { MeshSettings } from '../../model/installation/mesh-settings';
import type { EffectiveMtlsMode, PeerAuthentications } from '../../model/policy/peer-authentication';
import { DEFAULT_OUTBOUND_MODE } from '../../upstream/istio/outbound-traffic';
import {
  type CaptureSettings,
  dependsOnAddress,
  whyNotInbound,
  whyNotOutbound,
} from '../../upstream/istio/port-capture';
import { CANONICAL_ACCOUNTS_ANNOTATION, serviceHost } from '../../upstream/istio/service-host';
import { istioIdentityUri } from '../../upstream/spiffe/identity-uri';
import type { CallerSet } from './caller-set';
import { type ClientSpeaks, type Connection, handshake } from './connection';
import { atServer } from './gateways/gateway-tls';
import type { WorkloadProxy } from './workload-proxy';

/** A caller as the callee sees it. */
export type Caller =
  | { readonly kind: 'workload'; readonly workload: Workload; readonly proxy: WorkloadProxy }
  /** A caller with an identity whose workload is not in the manifests. */
  | {
      readonly kind: 'identity';
      readonly identity: string;
      /** The set of callers that the identity represents; undefined if only that identity is meant. */
      readonly standsFor?: CallerSet;
    }
  | {
      readonly kind: 'outside';
      /** `namespace/name` of the Gateway that the requests come through; undefined if they come directly. */
      readonly through?: string;
    };

/** A pod port that is called, and the Service port it is reached through. */
export interface Destination {
  /** Whose pods are called. */
  readonly workload: Workload;
  /** What stands before those pods. */
  readonly proxy: WorkloadProxy;
  /** The pods' port. */
  readonly podPort: number;
  /** Undefined if the pods are called directly. */
  readonly service: Service | undefined;
  /** The Service's port; the pods' if there is no Service. */
  readonly port: number;
  /** The subset of a DestinationRule that a VirtualService sends the request to; undefined if that changes nothing. */
  readonly subset?: string | undefined;
}

type WithProxy = Extract<WorkloadProxy, { kind: 'sidecar' | 'gateway' }>;

/** Makes out how any caller and any destination connect: what the client sends and what the server accepts. */
export class Connector {
  /** Computed once for each Service: as many callers and pods ask as there are. */
  private readonly expected = new Map<Service, ReadonlySet<string>>();
  private readonly announcing = new Map<Service, boolean>();

  public constructor(
    private readonly settings: MeshSettings,
    private readonly peerAuthentications: PeerAuthentications,
    private readonly destinationRules: DestinationRules,
    private readonly proxyOf: (workload: Workload) => WorkloadProxy,
    private readonly capture: CaptureSettings,
    private readonly serverTls: (destination: Destination) => ReadonlySet<ServerTls>,
    private readonly subsetRoutes: SubsetRoutes,
    private readonly visibility: ServiceVisibility,
  ) {}

  /** The destination by each subset that a VirtualService may send the caller's requests to, where TLS depends on it. */
  public throughSubsets(caller: Caller, to: Destination): readonly Destination[] {
    const { service, workload, port } = to;
    if (service === undefined || caller.kind === 'outside') return [to];
    const client = caller.kind === 'workload' ? caller.workload : undefined;
    const known = this.destinationRules.tlsSubsets(client, service);
    if (known.length === 0) return [to];
    const { names, isAll } = this.subsetRoutes.of(serviceHost(service));
    const routed = known.filter(({ name, labels }) => names.includes(name) && selects(labels, workload.labels));
    const tls = (subset?: string) => this.destinationRules.tlsFor(client, service, port, subset);
    const all = [...(isAll && routed.length > 0 ? [] : [undefined]), ...routed.map(({ name }) => name)];
    const byTls = new Map(
      all.map((subset) => [JSON.stringify([tls(subset)?.mode, tls(subset)?.subjectAltNames]), subset]),
    );
    return byTls.size === 1 && !isAll ? [to] : [...byTls.values()].map((subset) => ({ ...to, subset }));
  }

  /** How the two connect; whoever is in ambient mode or has another proxy than Envoy must be dealt with before. */
  public connect(caller: Caller, to: Destination): Connection {
    const server = to.proxy;
    const client = this.clientSide(caller, to);
    const bypassed = this.bypassed(to);
    const callee = hasProxy(server) && bypassed === undefined ? server : undefined;
    const gateway = server.kind === 'gateway';
    const mode = callee && !gateway ? this.peerAuthentications.modeOf(to.workload, to.podPort) : undefined;
    const tls = gateway ? this.serverTls(to) : NO_TLS;
    const arriving = atServer(tls, caller, client.identity);
    const assumptions = [
      ...client.assumptions,
      ...arriving.assumptions,
      ...server.assumptions,
      ...(mode?.assumptions ?? []),
    ];
    return {
      clientSpeaks: client.speaks,
      because: client.because,
      callerIdentity: arriving.identity,
      calleeIdentity: callee ? callee.identity : null,
      callerAuthority: client.authority,
      calleeAuthority: callee?.authority,
      serverMode: mode,
      enforced: callee !== undefined,
      hasServerName: client.speaks !== 'plain-text' || (gateway && !(tls.size === 1 && tls.has('none'))),
      bypassed,
      destinationRule: client.tls,
      failure: this.failure(caller, client, to, mode) ?? arriving.failure,
      assumptions: [...new Set(assumptions)],
    };
  }

  private clientSide(caller: Caller, to: Destination): ClientSide {
    if (caller.kind === 'outside') return plain('the caller is outside the mesh');
    if (caller.kind === 'workload' && !hasProxy(caller.proxy)) {
      const because =
        caller.proxy.kind === 'none' ? `the caller has no proxy: ${caller.proxy.because}` : 'the caller has no proxy';
      return plain(because, caller.proxy.assumptions);
    }
    const own = caller.kind === 'workload' && hasProxy(caller.proxy) ? caller.proxy : undefined;
    const out = caller.kind === 'workload' ? this.whyNotOut(caller, to) : undefined;
    if (out !== undefined)
      return plain(`the caller’s proxy does not intercept the connection: ${out}`, own?.assumptions);
    const hidden = this.hiddenFrom(caller, to);
    if (hidden !== undefined) {
      const does =
        hidden.mode === 'REGISTRY_ONLY'
          ? 'rejects requests to hosts it does not know'
          : 'passes through requests to hosts it does not know';
      const because = `the caller’s proxy ${does}: ${hidden.because}`;
      const assumed =
        hidden.mode === undefined
          ? [`outboundTrafficPolicy is ${DEFAULT_OUTBOUND_MODE}, because the manifests do not set it: ${hidden.modeBy}`]
          : [];
      return { ...plain(because, [...(own?.assumptions ?? []), ...assumed]), hidden };
    }
    const tls =
      to.service &&
      this.destinationRules.tlsFor(
        caller.kind === 'workload' ? caller.workload : undefined,
        to.service,
        to.port,
        to.subset,
      );
    const { speaks, because } = tls ? told(tls) : this.automatic(to);
    const identity = caller.kind === 'identity' ? caller.identity : own?.identity;
    const oldest =
      to.service &&
      this.destinationRules.assumedOldest(caller.kind === 'workload' ? caller.workload : undefined, to.service);
    const assumptions = [...(own?.assumptions ?? []), ...(oldest === undefined ? [] : [oldest])];
    if (caller.kind === 'workload' && dependsOnAddress(caller.workload.annotations, this.capture))
      assumptions.push(
        'the caller’s proxy intercepts connections to the callee’s address, which only the cluster knows',
      );
    if (caller.kind === 'identity')
      assumptions.push('the caller’s certificate is signed by an authority the callee trusts');
    return {
      speaks,
      because,
      identity: speaks === 'mutual-tls' ? identity : null,
      authority: own?.authority ?? 'unknown',
      tls,
      assumptions,
    };
  }

  /**
   * Auto-mTLS: mutual TLS wherever the callee's pods announce it. It looks neither at STRICT or PERMISSIVE nor at the
   * authority, and of the policies that disable TLS it sees the mesh's and the namespace's before the pod's own
   * (istio/istio pilot/pkg/xds/endpoints/mtls_checker.go, pilot/pkg/networking/core/cluster_tls.go).
   */
  private automatic({ service, workload, proxy, podPort }: Destination): Pick<ClientSide, 'speaks' | 'because'> {
    if (service === undefined)
      return noTls('no Service has that target port, and proxies send plain text to bare pod addresses');
    if (!this.settings.enableAutoMtls) return noTls('meshConfig.enableAutoMtls is false');
    if (this.peerAuthentications.namespaceModeOf(service.namespace).mode === 'DISABLE') {
      return noTls(`the PeerAuthentication of namespace ${service.namespace} or of the mesh sets DISABLE`);
    }
    if (!announcesMtls(proxy)) return noTls('the callee’s pods do not announce mutual TLS');
    if (service.headless && !this.allAnnounceMtls(service)) {
      return noTls('the Service is headless and not all of its pods announce mutual TLS');
    }
    if (this.peerAuthentications.modeOf(workload, podPort).mode === 'DISABLE')
      return noTls('the callee’s mode is DISABLE');
    return { speaks: 'mutual-tls', because: 'auto-mTLS: the callee’s pods announce mutual TLS' };
  }

  /** Only the traffic of sidecars is redirected; a gateway has its ports for itself. */
  private bypassed({ proxy, workload, podPort }: Destination): string | undefined {
    return proxy.kind === 'sidecar' ? whyNotInbound(workload.annotations, this.capture, podPort) : undefined;
  }

  private whyNotOut({ proxy, workload }: Extract<Caller, { kind: 'workload' }>, to: Destination): string | undefined {
    return proxy.kind === 'sidecar' ? whyNotOutbound(workload.annotations, this.capture, to.port) : undefined;
  }

  /** Why the caller's proxy does not know the Service; undefined if it does, or has no such proxy. */
  public hiddenFrom(caller: Caller, { service, port }: Destination): HiddenService | undefined {
    if (service === undefined || caller.kind !== 'workload' || !hasProxy(caller.proxy)) return undefined;
    return this.visibility.whyHidden(caller.workload, caller.proxy.kind === 'gateway', service, port);
  }

  private failure(
    caller: Caller,
    client: ClientSide,
    to: Destination,
    mode: EffectiveMtlsMode | undefined,
  ): Connection['failure'] {
    if (caller.kind === 'workload' && caller.proxy.kind === 'not-running') {
      return { kind: 'caller-does-not-run', problem: `${caller.workload.ref} never runs: ${caller.proxy.because}` };
    }
    if (to.proxy.kind === 'not-running') {
      return { kind: 'callee-does-not-run', problem: `${to.workload.ref} never runs: ${to.proxy.because}` };
    }
    if (caller.kind === 'workload' && caller.proxy.kind === 'without-identity') {
      const name = caller.proxy.teleport.decidedBy.name;
      return {
        kind: 'caller-has-no-identity',
        problem: `no rule of Teleport’s workload identity ${name} allows ${caller.workload.ref}`,
      };
    }
    if (to.proxy.kind === 'without-identity') {
      const name = to.proxy.teleport.decidedBy.name;
      return {
        kind: 'callee-has-no-identity',
        problem: `no rule of Teleport’s workload identity ${name} allows ${to.workload.ref}`,
      };
    }
    if (client.hidden?.mode === 'REGISTRY_ONLY') {
      const { because, modeBy, decidedBy } = client.hidden;
      const problem = `the caller’s proxy rejects the request (502): ${because}, and ${modeBy} is REGISTRY_ONLY`;
      return { kind: 'callee-unknown-to-caller', problem, decidedBy };
    }
    const speaksMutual = client.speaks === 'mutual-tls';
    const bypassed = this.bypassed(to);
    if (!hasProxy(to.proxy) || bypassed !== undefined) {
      const why =
        bypassed === undefined
          ? 'the callee has no proxy to terminate it'
          : `the callee’s proxy is bypassed: ${bypassed}`;
      const problem = `the caller sends mutual TLS, but ${why}`;
      return speaksMutual ? { kind: 'callee-has-no-proxy', problem } : undefined;
    }
    if (mode?.mode === 'DISABLE' && speaksMutual) {
      return {
        kind: 'callee-speaks-plain-text',
        problem: 'the caller sends mutual TLS, but the callee’s mode is DISABLE',
      };
    }
    if (mode?.mode === 'STRICT' && client.speaks === 'plain-text') {
      return {
        kind: 'plain-text-refused',
        problem: `the caller sends plain text (${client.because}), but the callee’s mode is STRICT`,
      };
    }
    if (mode?.mode === 'STRICT' && client.speaks === 'foreign-tls') {
      const problem = 'the caller’s TLS presents no mesh certificate, but the callee’s mode is STRICT';
      return { kind: 'client-certificate-missing', problem };
    }
    if (!speaksMutual) return undefined;
    const side = { identity: client.identity ?? undefined, authority: client.authority ?? 'unknown' };
    return handshake(side, to.proxy, this.expectedIdentities(to), client.tls, this.settings);
  }

  private expectedIdentities({ service }: Destination): ReadonlySet<string> {
    if (service === undefined) return NOBODY;
    let expected = this.expected.get(service);
    if (expected === undefined) {
      expected = identitiesClientsExpect(service, this.settings);
      this.expected.set(service, expected);
    }
    return expected;
  }

  /** Whether the proxies of all pods of a Service announce mutual TLS. */
  private allAnnounceMtls(service: Service): boolean {
    let all = this.announcing.get(service);
    if (all === undefined) {
      all = service.workloads.every((one) => announcesMtls(this.proxyOf(one)));
      this.announcing.set(service, all);
    }
    return all;
  }
}

const NOBODY: ReadonlySet<string> = new Set();
const NO_TLS: ReadonlySet<ServerTls> = new Set();

function announcesMtls(proxy: WorkloadProxy): boolean {
  return hasProxy(proxy) && proxy.announcesMtls;
}

/** What istiod tells clients to expect: every pod of the Service by namespace and ServiceAccount, never its real certificate. */
function identitiesClientsExpect(
  { manifest, workloads }: Service,
  { trustDomain, trustDomainAliases }: MeshSettings,
): ReadonlySet<string> {
  const trustDomains = [trustDomain, ...trustDomainAliases];
  const annotations = textsAt(manifest.body, 'metadata', 'annotations');
  const added = (annotations[CANONICAL_ACCOUNTS_ANNOTATION] ?? '').split(',').filter((text) => text !== '');
  const computed = workloads.flatMap((pod) =>
    trustDomains.map((name) => istioIdentityUri(name, pod.namespace, pod.serviceAccount)),
  );
  return new Set([...computed, ...added].sort());
}

interface ClientSide {
  readonly speaks: ClientSpeaks;
  readonly because: string;
  readonly identity: string | null | undefined;
  readonly authority: Connection['callerAuthority'];
  readonly tls: DestinationTls | undefined;
  /** Why the caller's proxy does not know the Service it calls. */
  readonly hidden?: HiddenService;
  readonly assumptions: readonly string[];
}

function plain(because: string, assumptions: readonly string[] = []): ClientSide {
  return { speaks: 'plain-text', because, identity: null, authority: undefined, tls: undefined, assumptions };
}

function noTls(because: string): Pick<ClientSide, 'speaks' | 'because'> {
  return { speaks: 'plain-text', because };
}

function told(tls: DestinationTls): Pick<ClientSide, 'speaks' | 'because'> {
  const because = `DestinationRule ${tls.manifest.name} sets ${tls.mode}`;
  if (tls.mode === 'ISTIO_MUTUAL') return { speaks: 'mutual-tls', because };
  return { speaks: tls.mode === 'DISABLE' ? 'plain-text' : 'foreign-tls', because };
}

function hasProxy(proxy: WorkloadProxy): proxy is WithProxy {
  return proxy.kind === 'sidecar' || proxy.kind === 'gateway';
}
