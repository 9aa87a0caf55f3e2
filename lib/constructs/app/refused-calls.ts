import { decide } from '../../analysis/access/ask';
import type { Decision } from '../../analysis/access/decision';
import { describeReason } from '../../analysis/access/explain';
import { MeshModel } from '../../analysis/access/mesh-model';
import { type AccessRequest, OUTSIDE } from '../../analysis/access/request';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { Target } from '../../upstream/releases/target';
import { identityUri, istioPath } from '../../upstream/spiffe/identity-uri';
import type { CallOperation, DeclaredCalls } from './declared-calls';

/** A declared call that the output does not let through. */
export interface RefusedCall {
  /** `error` if nothing allows it; `warning` if something else of the app's own stands in the way, which may be meant. */
  readonly severity: 'error' | 'warning';
  /** Construct path of the service that is called. */
  readonly where: string;
  /** What is refused and why, as a sentence without a full stop. */
  readonly found: string;
  /** The object that decided; undefined if none did. */
  readonly decidedBy: Manifest | undefined;
}

/**
 * Asks the evaluator about one request for each method and path of every declared call: patches, policies of the user's own
 * and DENY rules can take away what the model gives. What `deny` refuses is refused on purpose.
 */
export function refusedCalls(
  manifests: ManifestSet,
  declared: readonly DeclaredCalls[],
  target: Target,
): readonly RefusedCall[] {
  const model = MeshModel.from(manifests, { target });
  const workloads = workloadsByPrincipal(model);
  const refused: RefusedCall[] = [];
  for (const service of declared) {
    for (const { operation, callers, everybody } of service.calls) {
      if (everybody) {
        const found = firstRefusal(model, service, operation, OUTSIDE);
        if (found) refused.push(toRefusedCall(service, 'everybody', found.request, found.decision));
      }
      for (const principal of callers) {
        const from = workloads.get(principal) ?? identityUri(principal);
        const found = firstRefusal(model, service, operation, from);
        if (found) refused.push(toRefusedCall(service, principal, found.request, found.decision));
      }
    }
    const callee = model.findCallee(service.to);
    if (!('verdict' in callee)) model.forgetPoliciesOf(callee);
  }
  return refused;
}

function firstRefusal(model: MeshModel, service: DeclaredCalls, operation: CallOperation, from: string) {
  for (const request of requestsOf(service, operation, from)) {
    // A pattern of principals is nobody in particular: that question has no answer.
    const decision = decide(model, request);
    if (decision.verdict === 'denied' && !isMeant(service, decision)) return { request, decision };
  }
  return undefined;
}

function isMeant({ to, refusedOnPurposeBy }: DeclaredCalls, { reason }: Decision): boolean {
  if (reason.kind !== 'deny-rule' || refusedOnPurposeBy === undefined) return false;
  const { namespace, name } = reason.rule.policy;
  return name === refusedOnPurposeBy && to.startsWith(`${namespace}/`);
}

/** One request for each port, method, path and host; what the operation leaves open is not stated. */
function* requestsOf({ to, ports }: DeclaredCalls, operation: CallOperation, from: string): Iterable<AccessRequest> {
  for (const target of operation.ports) {
    const port = ports.get(target) ?? target;
    for (const method of operation.methods ?? [undefined]) {
      for (const path of operation.paths ?? [undefined]) {
        for (const host of operation.hosts ?? [undefined]) {
          yield {
            from,
            to,
            port,
            ...(method !== undefined && { method }),
            ...(path !== undefined && { path: examplePath(path) }),
            ...(host !== undefined && { host: example(host) }),
          };
        }
      }
    }
  }
}

/** A text that the pattern fits. */
function example(pattern: string): string {
  return pattern.replace(/\{\*\*?\}|\*/g, 'x');
}

function examplePath(pattern: string): string {
  const path = example(pattern);
  return path.startsWith('/') ? path : `/${path}`;
}

function toRefusedCall(
  { where }: DeclaredCalls,
  principal: string,
  { method, path, host, port }: AccessRequest,
  { reason, decidedBy }: Decision,
): RefusedCall {
  const what = [method, path, host === undefined ? undefined : `of host ${host}`].filter((part) => part !== undefined);
  const request = what.length === 0 ? 'call it' : `send ${what.join(' ')}`;
  const file = decidedBy && ` (${decidedBy.location.file}:${decidedBy.location.line})`;
  return {
    severity: reason.kind === 'no-allow-rule-matches' ? 'error' : 'warning',
    where,
    found: `${principal} was allowed, but cannot ${request} on port ${port}: ${describeReason(reason)}${file ?? ''}`,
    decidedBy: decidedBy?.manifest,
  };
}

/** The workloads that principals are meant for, so that their side of the connection is looked at too. */
function workloadsByPrincipal({ settings, workloads }: MeshModel): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { namespace, serviceAccount, ref } of workloads) {
    const principal = `${settings.trustDomain}${istioPath(namespace, serviceAccount)}`;
    if (!found.has(principal)) found.set(principal, ref);
  }
  return found;
}
