import { listAt, textAt } from '../../base/json';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import type { Manifest } from '../../model/documents/manifest';
import { NETWORK_LABEL } from '../../upstream/istio/multi-cluster';
import { whyNotOutbound } from '../../upstream/istio/port-capture';
import { resolveHost } from '../../upstream/istio/service-host';
import type { Connection } from '../access/connection';
import type { Decision } from '../access/decision';
import type { MeshModel } from '../access/mesh-model';
import type { FleetMember } from './fleet-member';
import { whyNotInView } from './network-view';

/** What happens to a request between clusters that the callee's cluster would allow. */
export type Arrival =
  /** It gets there, or the policies refuse it. */
  | { readonly kind: 'arrives' }
  /** It surely does not get there. */
  | { readonly kind: 'fails'; readonly problem: string }
  /** Whether it gets there is not evaluated. */
  | { readonly kind: 'unknown'; readonly because: string };

const ARRIVES: Arrival = { kind: 'arrives' };

/**
 * Evaluates what is between two clusters, which the callee's cluster does not know: it decides as if the caller's proxy
 * were its own.
 */
export function arrivalOf(from: FleetMember, caller: Workload, to: FleetMember, decision: Decision): Arrival {
  const problems = leaves(decision).map((one) => problemOf(from, caller, to, one));
  const unknown = problems.find((one) => one?.kind === 'unknown');
  if (unknown !== undefined) return unknown;
  const [first] = problems.filter((one) => one !== undefined);
  if (first === undefined) return ARRIVES;
  const isClosed = leaves(decision).every(
    ({ verdict }, index) => verdict === 'denied' || problems[index] !== undefined,
  );
  // Where some pods are reached and others are not, no one answer is true.
  return isClosed ? first : { kind: 'unknown', because: `some pods are not reached: ${textOf(first)}` };
}

function leaves(decision: Decision): readonly Decision[] {
  return decision.reason.kind === 'differs' ? decision.reason.cases.flatMap(leaves) : [decision];
}

function textOf(arrival: Arrival): string {
  return arrival.kind === 'fails' ? arrival.problem : arrival.kind === 'unknown' ? arrival.because : '';
}

function problemOf(from: FleetMember, caller: Workload, to: FleetMember, decision: Decision): Arrival | undefined {
  const { connection } = decision;
  // What is not evaluated is said by the decision itself.
  if (connection === undefined) return undefined;
  const foreign = decidedForOthers(from, to, decision, connection);
  // Whoever is refused when all is well between the clusters is so in any case.
  if (foreign !== undefined || decision.verdict === 'denied') return foreign;
  const elsewhere = whyElsewhere(to, decision.request.destination.workload) ?? whyElsewhere(from, caller);
  if (elsewhere !== undefined) return unknown(elsewhere);
  return whyNotSent(from, caller, to, decision) ?? whyNotTrusted(from, to, decision, connection);
}

/** Where what callers send is a matter of their own cluster, and the callee's has said it for its own. */
function decidedForOthers(
  from: FleetMember,
  to: FleetMember,
  { verdict }: Decision,
  { clientSpeaks, because, enforced, destinationRule }: Connection,
): Arrival | undefined {
  if (clientSpeaks !== 'mutual-tls') {
    const isForGateway = destinationRule === undefined || isSeenByAll(to, destinationRule.manifest);
    if (from.membership.network !== to.membership.network && isForGateway) {
      // istio/istio pilot/pkg/xds/endpoints/ep_filters.go, pilot/pkg/networking/core/gateway.go `builtAutoPassthroughFilterChains`
      const problem = `${to.name} is on another network, and the gateway in between accepts only mutual TLS: ${because}`;
      return verdict === 'denied' ? undefined : { kind: 'fails', problem };
    }
    if (!enforced) return undefined;
    return unknown(
      `callers in ${to.name} do not send mutual TLS (${because}), but ${from.name} decides what its own proxies send`,
    );
  }
  if (destinationRule === undefined) return undefined;
  const { namespace, name } = destinationRule.manifest;
  return unknown(`DestinationRule ${namespace}/${name} of ${to.name} applies to callers in ${to.name}`);
}

function whyNotSent(
  { name, model }: FleetMember,
  caller: Workload,
  to: FleetMember,
  decision: Decision,
): Arrival | undefined {
  const { cluster } = model;
  const hiddenNetwork = whyNotInView(model, caller, to.membership.network);
  if (hiddenNetwork !== undefined) return unknown(`the proxy of ${name}:${caller.ref} ${hiddenNetwork}`);
  const { workload, podPort, port, service } = decision.request.destination;
  const out = whyNotOutbound(caller.annotations, cluster.injector.capture, port);
  if (out !== undefined) return unknown(`the proxy of ${name}:${caller.ref} does not intercept the connection: ${out}`);
  if (service !== undefined) {
    // Of Services of one name a control plane takes that of its own cluster.
    const known = ownService(model, service) ?? service;
    const differs = whyOnNode(name, known) ?? whyNotJoined(name, known, service, port);
    if (differs !== undefined) return unknown(differs);
    const isGateway = model.proxyOf(caller).kind === 'gateway';
    const hidden = cluster.serviceVisibility.whyHidden(caller, isGateway, known, port);
    if (hidden !== undefined)
      return unknown(`the proxy of ${name}:${caller.ref} does not know the Service: ${hidden.because}`);
  }
  if (cluster.peerAuthentications.modeOf(workload, podPort).mode !== 'DISABLE') return undefined;
  return unknown(`a PeerAuthentication of ${name} sets DISABLE for ${workload.ref}, so its proxies send plain text`);
}

/**
 * Whether the gateways of a cluster see a DestinationRule for a Service too, as everybody there does: otherwise it says nothing of what they pass
 * on, and callers of other clusters have rules of their own.
 */
function isSeenByAll({ model }: FleetMember, { body, namespace }: Manifest): boolean {
  const own = listAt(body, 'spec', 'exportTo');
  const exported = own.length > 0 ? own : model.settings.destinationRuleExportTo;
  if (exported.length > 0 && !exported.includes('*')) return false;
  const host = resolveHost(textAt(body, 'spec', 'host') ?? '', namespace ?? 'default');
  // A rule of the client's own namespace is for clients there.
  return namespace === model.settings.rootNamespace || host.split('.')[1] === namespace;
}

/** The Service of that name in another cluster; of those that are only names for something else too. */
function ownService(model: MeshModel, { ref, namespace, name }: Service): Service | undefined {
  if (model.manifests.find('Service', namespace, name) === undefined) return undefined;
  const own = model.findCallee(ref);
  return 'workloads' in own ? own : model.services.find((one) => one.ref === ref);
}

/**
 * Why proxies that know a Service by the object of their own cluster find no pods of another one by it: istiod takes type and ports
 * from its own, and joins pods to them by the name of the port (istio/istio pilot/pkg/serviceregistry/aggregate/controller.go
 * `Services`, pilot/pkg/xds/endpoints/endpoint_builder.go).
 */
function whyNotJoined(cluster: string, own: Service, theirs: Service, number: number): string | undefined {
  if (own === theirs) return undefined;
  const which = `Service ${own.ref} of ${cluster}`;
  if (own.externalName !== undefined) return `${which} is an alias for ${own.externalName} (type: ExternalName)`;
  if (own.headless && !theirs.headless)
    return `${which} is headless: its name resolves to addresses of pods in ${cluster}`;
  const [port, other] = [own, theirs].map(({ ports }) => ports.find((one) => one.port === number));
  if (port === undefined) return `${which} has no port ${number}`;
  if (port.name === other?.name) return undefined;
  return `port ${number} of ${which} is named ${JSON.stringify(port.name)}, not ${JSON.stringify(other?.name)}, and istiod finds pods of other clusters by port name`;
}

/**
 * Why proxies stay on their node, where pods of another cluster cannot be (istio/istio pilot/pkg/serviceregistry/kube/conversion.go
 * `ConvertService`).
 */
function whyOnNode(cluster: string, { ref, manifest }: Service): string | undefined {
  if (textAt(manifest.body, 'spec', 'internalTrafficPolicy') !== 'Local') return undefined;
  return `Service ${ref} has internalTrafficPolicy Local, so proxies of ${cluster} use only pods on their own node`;
}

/** Why pods are on another network than their cluster: their own label says it (istio/istio pilot/pkg/serviceregistry/kube/controller/network.go). */
function whyElsewhere({ name, membership }: FleetMember, { ref, labels }: Workload): string | undefined {
  const network = labels[NETWORK_LABEL];
  if (network === undefined || network === membership.network) return undefined;
  return `the pods of ${name}:${ref} are labelled with network ${network}, but the network of ${name} is ${membership.network ?? 'not set'}`;
}

function whyNotTrusted(
  from: FleetMember,
  to: FleetMember,
  { request }: Decision,
  { clientSpeaks, calleeAuthority }: Connection,
): Arrival | undefined {
  if (clientSpeaks !== 'mutual-tls') return undefined;
  if (calleeAuthority !== 'workload-api') {
    return unknown(
      `the manifests do not state that ${to.name}:${request.destination.workload.ref} gets its certificate from the Workload API, so it is unknown whether ${from.name} trusts it`,
    );
  }
  const [own, theirs] = [from.model.settings.trustDomain, to.model.settings.trustDomain];
  if (own === theirs) return undefined;
  return unknown(
    `the trust domain of ${from.name} is ${own}, and that of ${to.name} is ${theirs}: neither cluster trusts the other’s root`,
  );
}

function unknown(because: string): Arrival {
  return { kind: 'unknown', because };
}
