import { decide } from '../access/ask';
import type { Decision } from '../access/decision';
import { type AccessRequest, describeRequestProblem, OUTSIDE, type RequestProblem } from '../access/request';
import { type FleetMember, whyNotOneMesh } from './fleet-member';
import { keptAtHome, nameAssumption, remoteCaller } from './remote-caller';

/** An answer with what it takes for granted about the way between the clusters, or why there is none. */
export type FleetAnswer =
  | { readonly decision: Decision; readonly assumptions: readonly string[] }
  | { readonly unanswerable: string };

/**
 * Whether a request of one cluster's workload gets through to a Service of another one.
 *
 * The callee's cluster decides, by the certificate that the caller comes with. What would make the answer a guess is refused:
 * clusters that are not said to be one mesh, a caller without an identity that the other cluster is known to trust.
 */
export function decideAcross(from: FleetMember, to: FleetMember, request: AccessRequest): FleetAnswer {
  if (request.from === OUTSIDE) return refuse(`who is outside has no cluster: write ${OUTSIDE} without one`);
  const distance = whyNotOneMesh(from, to);
  if (distance !== undefined) {
    return refuse(`${distance}; ask about ${OUTSIDE} → ${to.name}:… for what comes in by an ingress gateway`);
  }
  const caller = from.model.findCaller(request.from);
  if ('verdict' in caller) return refused(caller);
  const callee = to.model.findCallee(request.to);
  if ('verdict' in callee) return refused(callee);
  if (caller.kind !== 'workload') {
    return refuse(`an identity is the same in every cluster: write ${String(request.from)} without one`);
  }
  const arrival = remoteCaller(from, caller.workload);
  if ('unknown' in arrival) return refuse(arrival.unknown);
  const kept = keptAtHome(from, callee, from.membership.network !== to.membership.network);
  if (kept !== undefined) return refuse(kept);
  const decision = decide(to.model, { ...request, from: arrival.identity });
  if (decision.verdict === 'unanswerable') return refused(decision);
  return {
    decision,
    assumptions: [
      ...arrival.assumptions,
      ...from.model.unread.map((note) => `${from.name}: ${note}`),
      ...nameAssumption(from, callee),
      `istiod of ${from.name} sees the pods of ${to.name}: it has a remote secret for it`,
    ],
  };
}

function refuse(unanswerable: string): FleetAnswer {
  return { unanswerable };
}

function refused(problem: RequestProblem): FleetAnswer {
  return { unanswerable: describeRequestProblem(problem) };
}
