import { merged } from '../../base/merged';
import { entryLeadingTo } from '../../model/gateways/route-backends';
import { parseIp } from '../../upstream/network/ip-address';
import { decideEgress } from '../egress/egress';
import { foreignHost } from '../egress/foreign-host';
import type { FilterChain } from '../policy/evaluated-policy';
import type { Facts } from '../policy/facts';
import { type SeenPath, seePath } from '../policy/path-normalization';
import type { PolicySet, Verdict } from '../policy/policy-set';
import { type TokenResult, verifyToken } from '../policy/request-authentication';
import type { Connection } from './connection';
import type { Caller, Destination } from './connector';
import { Decision, type Reason, unknownTrustDomainIn } from './decision';
import { type CallablePort, choosePort } from './destinations';
import { decideThroughGateway, waysThroughGateways } from './gateways/way-through-gateway';
import { portName } from './named-port';
import type { QuestionedMesh } from './questioned-mesh';
import type { AccessRequest, RequestContent, RequestProblem } from './request';
import { unknownTrustDomains } from './unknown-trust-domain';
import type { WorkloadProxy } from './workload-proxy';
import { ztunnelNotes } from './ztunnel-notes';

/** Whether a request gets through, and why; or why the question cannot be answered. Asks every workload and filter chain it may mean. */
export function decideRequest(model: QuestionedMesh, request: AccessRequest): Decision | RequestProblem {
  const malformed = findMalformed(request);
  if (malformed) return malformed;
  const caller = model.findCaller(request.from);
  if ('verdict' in caller) return caller;
  const callee = model.findCallee(request.to);
  if ('verdict' in callee) return askedOutside(model, caller, request, callee) ?? callee;
  const stated = httpParts(request);
  const port = choosePort(callee.ref, model.portsOf(callee), request.port, stated.length > 0);
  if ('verdict' in port) return port;
  if (port.protocol === 'tcp' && stated.length > 0) {
    return { verdict: 'unanswerable', kind: 'http-on-tcp', to: callee.ref, port: portName(port), stated };
  }
  if (port.destinations.length === 0)
    return { verdict: 'unanswerable', kind: 'nothing-behind-service', to: callee.ref };
  const decision = decidePort(model, caller, port, request);
  const unknown = decision.verdict === 'depends' ? unknownTrustDomainIn(decision) : undefined;
  return unknown === undefined ? decision : { verdict: 'unanswerable', ...unknown };
}

/** An answer about a host outside the mesh, if the name of the callee is one. */
function askedOutside(
  model: QuestionedMesh,
  caller: Caller,
  { to, port: asked }: AccessRequest,
  problem: RequestProblem,
): RequestProblem | undefined {
  const { host, port } = foreignHost(to, model.manifests);
  if (problem.kind !== 'unknown-workload' || host === undefined) return undefined;
  const stated = asked === undefined ? port : Number(asked);
  const egress = decideEgress(model, caller, { host, port: Number.isInteger(stated) ? stated : undefined });
  return { verdict: 'unanswerable', kind: 'outside-the-mesh', to, egress };
}

/** Decides for one caller and one port; a request that says nothing about HTTP leaves those parts open. */
export function decidePort(
  model: QuestionedMesh,
  caller: Caller,
  port: CallablePort,
  request: RequestContent,
): Decision {
  if (caller.kind === 'outside' && caller.through !== undefined) {
    return decideThroughGateway(model, caller.through, port, request, decidePort);
  }
  const statesHttp = httpParts(request).length > 0;
  const guess = port.protocol === 'detect' && statesHttp;
  const chains: readonly FilterChain[] =
    port.protocol === 'tcp' ? ['tcp'] : port.protocol === 'http' || guess ? ['http'] : ['http', 'tcp'];
  const assumed = guess ? [`the proxy detects HTTP on port ${port.port}, which has no declared protocol`] : [];
  const destinations = port.destinations.flatMap((destination) => model.throughSubsets(caller, destination));
  const cases = destinations.flatMap((destination) =>
    chains.map((chain) => decideOne(model, caller, destination, chain, request, assumed)),
  );
  return combine(cases);
}

function decideOne(
  model: QuestionedMesh,
  caller: Caller,
  destination: Destination,
  wantedChain: FilterChain,
  request: RequestContent,
  assumed: readonly string[],
): Decision {
  const policies = model.policySetOf(destination.workload);
  const noted = [...assumed, ...model.unread];
  const unknown = whyNotEvaluated(model, caller, destination);
  const connection = unknown ? undefined : model.connect(caller, destination);
  // TLS the proxy does not terminate is bytes to it, whatever the port is called.
  const chain = connection?.clientSpeaks === 'foreign-tls' ? 'tcp' : wantedChain;
  const token: TokenResult =
    chain === 'http'
      ? verifyToken(model.cluster.requestAuthentications.policiesOf(destination.workload), request.claims, model.target)
      : NO_TOKEN;
  const path =
    chain === 'http' && request.path !== undefined
      ? seePath(request.path, model.pathHandlingOf(destination.workload))
      : undefined;
  const originalClientIp =
    request.originalClientIp ?? model.originalClientAt(destination, forwardedFor(request.headers), request.sourceIp);
  const facts = factsOf(
    merged(request, originalClientIp === undefined ? undefined : { originalClientIp }),
    destination,
    {
      identity: connection?.callerIdentity,
      claims: token.accepted ? token.claims : null,
      path,
      hasServerName: connection?.hasServerName ?? true,
    },
  );
  const waysIn = caller.kind === 'outside' ? waysThroughGateways(model, destination, request, decidePort) : [];
  const decided = { caller, destination, chain, facts, waysIn };
  const answer = (verdict: Verdict, reason: Reason) =>
    new Decision({ verdict, reason }, decided, connection, policies, noted);

  if (destination.proxy.kind === 'ambient') noted.push(...ztunnelNotes(policies));
  if (unknown || connection === undefined) return answer('depends', unknown ?? { kind: 'ambient' });
  const trustDomains = unknownHere(model, connection, policies, caller);
  if (trustDomains.length > 0) {
    const because = model.settings.trustDomainUnknown;
    return answer('depends', { kind: 'trust-domain-unknown', trustDomains, because });
  }
  if (connection.failure) return answer('denied', { kind: 'connection-fails', problem: connection.failure.problem });
  if (!connection.enforced) {
    const because =
      connection.bypassed === undefined ? whyNotEnforced(destination) : `its proxy is bypassed: ${connection.bypassed}`;
    return answer('allowed', { kind: 'not-enforced', because });
  }
  if (path?.accepted === false) return answer('denied', { kind: 'path-refused', problem: path.problem });
  if (path?.note !== undefined) noted.push(path.note);
  if (!token.accepted) return answer('denied', { kind: 'token-refused', problem: token.problem });
  if (token.assumption !== undefined) noted.push(token.assumption);
  const outcome = policies.decide(chain, facts);
  const [needed] = token.stillNeeded ?? [];
  if (needed === undefined || outcome.verdict === 'denied')
    return new Decision(outcome, decided, connection, policies, noted);
  if (outcome.verdict === 'allowed') return answer('depends', { kind: 'token-required', issuer: needed });
  noted.push(`a request without a token from ${needed} is rejected (401)`);
  return new Decision(outcome, decided, connection, policies, noted);
}

/** Trust domains that decide and are not known: none where no identity is looked at, or the connection fails anyway. */
function unknownHere(
  model: QuestionedMesh,
  { callerIdentity, enforced, failure }: Connection,
  policies: PolicySet,
  caller: Caller,
): readonly string[] {
  const fails = failure !== undefined && failure.kind !== 'client-trust-domain-refused';
  return callerIdentity === null || !enforced || fails ? [] : unknownTrustDomains(model, [policies], caller);
}

const NO_TOKEN: TokenResult = { accepted: true, claims: null, assumption: undefined };

/** What of a request the way to the callee has changed. */
export interface SeenOnArrival extends Pick<Facts, 'identity' | 'claims'> {
  /** Undefined if no path is stated. */
  readonly path: SeenPath | undefined;
  /** Whether the connection may have a TLS server name. */
  readonly hasServerName: boolean;
}

/** What the callee's proxy sees of a request. */
export function factsOf(
  request: RequestContent,
  destination: Destination,
  { identity, claims, path, hasServerName }: SeenOnArrival,
): Facts {
  const { sourceIp, originalClientIp, headers } = request;
  const byName = headers && new Map(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  return {
    identity,
    sourceIp: sourceIp === undefined ? undefined : parseIp(sourceIp),
    remoteIp: originalClientIp === undefined ? undefined : parseIp(originalClientIp),
    destinationIp: undefined,
    port: destination.podPort,
    sni: hasServerName ? undefined : null,
    method: request.method,
    host: request.host ?? byName?.get('host'),
    path: path?.accepted ? path.path : undefined,
    query: path?.accepted ? path.query : undefined,
    headers: byName,
    claims,
  };
}

/** The header X-Forwarded-For: null if it is not among the headers, undefined if those are not stated. */
function forwardedFor(headers: RequestContent['headers']): string | null | undefined {
  if (headers === undefined) return undefined;
  const [, text] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-forwarded-for') ?? [];
  return text ?? null;
}

/** One answer for all cases if they agree. */
function combine(cases: readonly Decision[]): Decision {
  const [first] = cases;
  if (first === undefined) throw new Error('the port has no destination');
  if (cases.every(({ verdict }) => verdict === first.verdict)) return first;
  const reason: Reason = { kind: 'differs', cases };
  return first.with({ verdict: 'depends', reason });
}

/** Why it is not known how the two connect; undefined if it is. */
function whyNotEvaluated(model: QuestionedMesh, caller: Caller, destination: Destination): Reason | undefined {
  const { proxy, workload } = destination;
  const { controlPlaneElsewhere } = model.settings;
  if (controlPlaneElsewhere !== undefined) return { kind: 'not-evaluated', because: controlPlaneElsewhere };
  const isOf = (end: WorkloadProxy, ref: string): Reason | undefined => {
    if (end.kind === 'ambient') return { kind: 'ambient' };
    return end.kind === 'not-envoy' ? { kind: 'not-envoy', ref, because: end.because } : undefined;
  };
  const ofCaller = caller.kind === 'workload' ? isOf(caller.proxy, caller.workload.ref) : undefined;
  const unsure = model.hiddenFrom(caller, destination);
  const byScope: Reason | undefined =
    unsure?.isSure === false
      ? {
          kind: 'not-evaluated',
          because: `whether the caller’s proxy knows the Service is not evaluated: ${unsure.because}`,
        }
      : undefined;
  const changed = model.changedLater.whyUnknown(
    caller.kind === 'workload' ? caller.workload : undefined,
    workload,
    destination.service,
  );
  const byChange: Reason | undefined = changed === undefined ? undefined : { kind: 'not-evaluated', because: changed };
  return isOf(proxy, workload.ref) ?? ofCaller ?? byScope ?? byChange ?? byEntry(model, caller, destination);
}

/** Proxies know pods by a ServiceEntry too, and use mutual TLS with them as if it were a Service. */
function byEntry(model: QuestionedMesh, caller: Caller, destination: Destination): Reason | undefined {
  const { workload, podPort, service } = destination;
  if (service !== undefined || caller.kind === 'outside') return undefined;
  const entry = entryLeadingTo(workload, podPort, model.manifests);
  if (entry === undefined) return undefined;
  const because = `ServiceEntry ${entry} routes to ${workload.ref}; connections through it are not evaluated`;
  return { kind: 'not-evaluated', because };
}

function whyNotEnforced({ proxy }: Destination): string {
  return proxy.kind === 'none' ? proxy.because : 'it has no proxy';
}

/** What of a request only HTTP has. */
function httpParts({ method, path, host, headers, claims }: RequestContent): readonly string[] {
  const parts: string[] = [];
  if (method !== undefined) parts.push('method');
  if (path !== undefined) parts.push('path');
  if (host !== undefined) parts.push('host');
  if (headers !== undefined) parts.push('header');
  if (claims !== undefined && claims !== null) parts.push('token');
  return parts;
}

function findMalformed({ method, path, sourceIp, originalClientIp }: AccessRequest): RequestProblem | undefined {
  // RFC 9110, section 5.6.2: a method is a token.
  if (method !== undefined && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) {
    return { verdict: 'unanswerable', kind: 'not-a-method', value: method };
  }
  // "OPTIONS *" is the one request whose target is not a path.
  // Spaces and control characters would end the request line.
  if (path !== undefined && ((!path.startsWith('/') && path !== '*') || /[\0-\x20\x7f]/.test(path))) {
    return { verdict: 'unanswerable', kind: 'not-a-path', value: path };
  }
  const bad = [sourceIp, originalClientIp].find((ip) => ip !== undefined && parseIp(ip) === undefined);
  return bad === undefined ? undefined : { verdict: 'unanswerable', kind: 'not-an-address', value: bad };
}
