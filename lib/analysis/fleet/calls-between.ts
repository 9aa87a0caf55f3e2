import { cached } from '../../base/cached';
import type { Workload } from '../../model/cluster/workload';
import { accessRow, type MatrixCell } from '../matrix/access-matrix';
import { Candidates } from './candidates';
import { areDifferentMeshes, type FleetMember, wayAssumptions, whyNotOneMesh } from './fleet-member';
import { outsideBetween } from './gateways-elsewhere';
import type { NotEvaluated } from './not-evaluated';
import { type Kept, keptAtHome } from './remote-caller';
import { arrivalOf } from './way-between';

/** What a workload of one cluster may send to a Service of another one. */
export interface CallBetween {
  /** Cluster and workload, as `eu-1:shop/web`. */
  readonly from: string;
  /** Cluster and Service, as `us-1:shop/carts`. */
  readonly to: string;
  /** Port, access and conditions, as the callee's cluster decides. */
  readonly cell: MatrixCell;
}

/** Calls between two clusters that are not listed, and why. */
export interface NotListed extends NotEvaluated {
  /** The callers' cluster. */
  readonly from: string;
  /** The callee's cluster, or what is called there, as `us-1:shop/carts`. */
  readonly to: string;
  /** Whether they surely get nowhere; otherwise that is not evaluated. */
  readonly isSure: boolean;
  /** The callers, if not all of their cluster are meant. */
  readonly callers?: ReadonlySet<string>;
}

/** A call that policies allow, of which it is unknown whether it reaches the callee. */
export interface OpenCall extends CallBetween {
  readonly because: string;
}

/** Allowed calls between clusters, and what is unknown about them. */
export interface CallsBetween {
  /** By the callers' cluster, then the callee's, then names. */
  readonly calls: readonly CallBetween[];
  /** Calls that may or may not be possible. */
  readonly open: readonly OpenCall[];
  /** What gateways of one cluster may bring from outside to another one, beside the calls of their pods. */
  readonly outside: readonly NotEvaluated[];
  /** Calls that policies would allow but that are not listed, each once. */
  readonly notListed: readonly NotListed[];
  /** Assumptions about the connections of listed calls that no manifest states, each once. */
  readonly assumed: readonly string[];
}

/** Every call between clusters of a mesh that is not `denied`. */
export function callsBetween(members: readonly FleetMember[]): CallsBetween {
  const calls: CallBetween[] = [];
  const openCalls: OpenCall[] = [];
  const notListed = new Map<string, NotListed>();
  const assumed = new Set<string>();
  const leaveOut = (one: NotListed) => notListed.set(JSON.stringify([one.from, one.to, one.because]), one);
  const rows = new Map<string, readonly MatrixCell[]>();
  const candidates = new Candidates(members);
  const targets = members.map((to) => ({
    to,
    from: candidates.of(to, !sharesNetwork(to, members)),
    callees: new Map(to.model.callees.map((callee) => [callee.ref, callee])),
  }));
  for (const from of members) {
    for (const { to, from: callers, callees } of targets) {
      // Meshes of their own are not expected to call each other.
      if (from === to || areDifferentMeshes(from, to)) continue;
      const distance = whyNotOneMesh(from, to);
      if (distance !== undefined) {
        leaveOut({ from: from.name, to: to.name, because: distance, isSure: false });
        continue;
      }
      const open = candidates.whyNotAll(from);
      if (open !== undefined) leaveOut({ from: from.name, to: to.name, ...open, isSure: false });
      const pair = new Pair(from, to, callees);
      for (const { workload, identity } of callers.get(from) ?? []) {
        // An identity is decided about once for each cluster, however many clusters have workloads with it.
        const row = cached(rows, `${to.name}\n${identity}`, () =>
          accessRow(to.model, { kind: 'identity', identity }).filter(({ access }) => access !== 'denied'),
        );
        for (const cell of row) {
          const kept = pair.keeps(workload, cell);
          if (kept === FAILS) continue;
          const call = { from: `${from.name}:${workload.ref}`, to: `${to.name}:${cell.to}`, cell };
          if (kept === undefined) {
            calls.push(call);
            for (const text of pair.assumptions(cell)) assumed.add(text);
          } else {
            leaveOut({ from: from.name, to: call.to, ...kept });
            if (!kept.isSure) openCalls.push({ ...call, because: kept.because });
          }
        }
      }
    }
  }
  const outside = outsideBetween(members, [...calls, ...openCalls]);
  return { calls, open: openCalls, outside, notListed: [...notListed.values()], assumed: [...assumed] };
}

/** Makes a test of what a cluster lets in: whether it is one of these calls, whose caller is a workload of another cluster. */
export function isAmong(calls: readonly CallBetween[]): (call: Pick<CallBetween, 'to' | 'cell'>) => boolean {
  const keys = new Set(calls.map(keyOf));
  return (call) => keys.has(keyOf(call));
}

/** Callers come from other clusters as identities, so two calls of one identity to one port are the same. */
function keyOf({ to, cell: { port, decision } }: Pick<CallBetween, 'to' | 'cell'>): string {
  const { caller } = decision.request;
  const identity = caller.kind === 'identity' && caller.standsFor === undefined ? caller.identity : null;
  return JSON.stringify([to, port.port, identity]);
}

/** Whether another cluster of the mesh may be on the network of a cluster. */
function sharesNetwork(member: FleetMember, members: readonly FleetMember[]): boolean {
  return members.some(
    (other) =>
      other !== member && !areDifferentMeshes(other, member) && other.membership.network === member.membership.network,
  );
}

/** What is not worth a word: as if a policy denied it. */
const FAILS = 'fails';

/** Two clusters, and what is between them. */
class Pair {
  // The same for every caller, so each is asked once for each callee.
  private readonly kept = new Map<string, Kept | undefined>();
  private readonly assumed = new Map<string, readonly string[]>();

  public constructor(
    private readonly from: FleetMember,
    private readonly to: FleetMember,
    private readonly callees: ReadonlyMap<string, FleetMember['model']['callees'][number]>,
  ) {}

  public keeps(workload: Workload, cell: MatrixCell): Kept | typeof FAILS | undefined {
    const way = arrivalOf(this.from, workload, this.to, cell.decision);
    if (way.kind === 'fails') return FAILS;
    return this.keptOf(cell.to) ?? (way.kind === 'unknown' ? { because: way.because, isSure: false } : undefined);
  }

  public assumptions({ to }: MatrixCell): readonly string[] {
    return cached(this.assumed, to, () => {
      const callee = this.callees.get(to);
      return callee === undefined ? [] : wayAssumptions(this.from, this.to, callee);
    });
  }

  private keptOf(ref: string): Kept | undefined {
    if (this.kept.has(ref)) return this.kept.get(ref);
    const callee = this.callees.get(ref);
    const found = callee && this.keptFrom(callee);
    this.kept.set(ref, found);
    return found;
  }

  private keptFrom(callee: FleetMember['model']['callees'][number]): Kept | undefined {
    const distance = whyNotOneMesh(this.from, this.to, callee);
    if (distance !== undefined) return { because: distance, isSure: false };
    return keptAtHome(this.from, callee, this.to);
  }
}
