import type { Decision } from '../analysis/access/decision';
import type { AccessRequest, RequestProblem } from '../analysis/access/request';
import type { FleetMember } from '../analysis/fleet/fleet-member';
import { UserError } from './user-error';

/** An answer, and what it takes for granted about the way between clusters. */
export interface FleetDecision {
  readonly answer: Decision | RequestProblem;
  readonly assumptions: readonly string[];
}

/** One end of a question, in a cluster if it names one. */
interface NameInCluster {
  readonly cluster: FleetMember | undefined;
  readonly name: string;
}

/**
 * Answers a question whose ends may name clusters: `eu-1:shop/web`. A caller without one is in the callee's cluster.
 *
 * @throws UserError if a cluster is unknown or not named, or if there is no answer
 */
export function decideInFleet(members: readonly FleetMember[], request: AccessRequest): FleetDecision {
  const { decide } = require('../analysis/access/ask') as typeof import('../analysis/access/ask');
  const { decideAcross } =
    require('../analysis/fleet/decide-across') as typeof import('../analysis/fleet/decide-across');
  const from = inCluster(members, String(request.from));
  const to = inCluster(members, request.to);
  if (to.cluster === undefined) {
    throw new UserError(
      `the files are those of ${listed(members)}: write the cluster too, such as ${members[0]?.name}:${to.name}`,
    );
  }
  const placed = { ...request, from: from.name, to: to.name };
  if (from.cluster === undefined || from.cluster === to.cluster) {
    return { answer: decide(to.cluster.model, placed), assumptions: [] };
  }
  const answer = decideAcross(from.cluster, to.cluster, placed);
  if ('unanswerable' in answer) throw new UserError(answer.unanswerable);
  return { answer: answer.decision, assumptions: answer.assumptions };
}

/** A SPIFFE ID has a colon too, and no cluster. */
function inCluster(members: readonly FleetMember[], text: string): NameInCluster {
  const { cluster, name } = /^(?<cluster>[^:/\s]+):(?<name>(?!\/\/).+)$/.exec(text)?.groups ?? {};
  if (cluster === undefined || name === undefined) return { cluster: undefined, name: text };
  const member = members.find((one) => one.name === cluster);
  if (member === undefined) throw new UserError(`there is no cluster "${cluster}"; there are ${listed(members)}`);
  return { cluster: member, name };
}

function listed(members: readonly FleetMember[]): string {
  return `clusters ${members.map(({ name }) => name).join(', ')}`;
}
