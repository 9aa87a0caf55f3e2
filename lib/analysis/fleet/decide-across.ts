import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { decide } from '../access/ask';
import type { Decision } from '../access/decision';
import { type AccessRequest, OUTSIDE, type RequestProblem } from '../access/request';
import { type FleetMember, wayAssumptions, whyNotOneMesh } from './fleet-member';
import { keptAtHome, nameAssumption, remoteCaller, staysInCluster } from './remote-caller';
import { arrivalOf } from './way-between';

/**
 * Whether a request of one cluster's workload to a Service of another cluster is allowed.
 *
 * The callee's cluster decides, by the caller's certificate. Questions whose answer would be a guess are refused:
 * clusters that are not known to be one mesh, or a caller without an identity that the other cluster is known to trust.
 */
export function decideAcross(from: FleetMember, to: FleetMember, request: AccessRequest): Decision | RequestProblem {
  if (request.from === OUTSIDE)
    return refuse(`callers outside the mesh belong to no cluster: write ${OUTSIDE} without a cluster`);
  const callee = to.model.findCallee(request.to);
  if ('verdict' in callee) return callee;
  const distance = whyNotOneMesh(from, to, callee);
  if (distance !== undefined) {
    return refuse(`${distance}; for traffic through an ingress gateway ask about ${OUTSIDE} → ${to.name}:…`);
  }
  const caller = from.model.findCaller(request.from);
  if ('verdict' in caller) return caller;
  if (caller.kind === 'outside') {
    return refuse(
      `requests from outside through a gateway of ${from.name} to ${to.name} are not evaluated: ask about the gateway itself, as ${from.name}:<namespace>/<name of the gateway>`,
    );
  }
  if (caller.kind !== 'workload') {
    return refuse(`an identity is the same in every cluster: write ${String(request.from)} without a cluster`);
  }
  const arrival = remoteCaller(from, caller.workload);
  if ('unknown' in arrival) return refuse(arrival.unknown);
  const kept = keptAtHome(from, callee, to);
  if (kept !== undefined) return refuse(kept.because);
  const decision = decide(to.model, { ...request, from: arrival.identity });
  if (decision.verdict === 'unanswerable') return decision;
  const way = arrivalOf(from, caller.workload, to, decision);
  if (way.kind === 'unknown') return refuse(way.because);
  const outcome =
    way.kind === 'fails'
      ? { verdict: 'denied' as const, reason: { kind: 'connection-fails' as const, problem: way.problem } }
      : decision;
  return decision.brought(decision.request, outcome, [
    ...arrival.assumptions,
    ...from.model.unread.map((note) => `${from.name}: ${note}`),
    ...nameAssumption(from, callee),
    ...wayAssumptions(from, to, callee),
    `istiod of ${from.name} sees the pods of ${to.name}: it has a remote secret for it`,
  ]);
}

/** Assumptions about a request that stays in its cluster although pods in other clusters serve the same name. */
export function answeredElsewhere(
  home: FleetMember,
  callee: Service | Workload,
  members: readonly FleetMember[],
): readonly string[] {
  if (!('workloads' in callee) || staysInCluster(home.model, callee)) return [];
  const others = members.filter(
    (other) =>
      other !== home && whyNotOneMesh(home, other, callee) === undefined && hasPods(other.model.findCallee(callee.ref)),
  );
  if (others.length === 0) return [];
  const names = others.map(({ name }) => name).join(', ');
  return [
    `the request reaches pods of ${home.name}: pods of ${names} also serve this name, with the policies of their own cluster`,
  ];
}

function hasPods(callee: Service | Workload | RequestProblem): boolean {
  return 'workloads' in callee && callee.workloads.length > 0;
}

function refuse(because: string): RequestProblem {
  return { verdict: 'unanswerable', kind: 'between-clusters', because };
}
