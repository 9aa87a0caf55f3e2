import { cached } from '../../base/cached';
import { accessRow, type MatrixCell } from '../matrix/access-matrix';
import { areDifferentMeshes, type FleetMember, whyNotOneMesh } from './fleet-member';
import { keptAtHome, remoteCaller } from './remote-caller';

/** What a workload of one cluster may send to a Service of another one. */
export interface CallBetween {
  /** Cluster and workload, as `eu-1:shop/web`. */
  readonly from: string;
  /** Cluster and Service, as `us-1:shop/carts`. */
  readonly to: string;
  /** Port, access and conditions, as the callee's cluster decides. */
  readonly cell: MatrixCell;
}

/** Everything that gets through between clusters, and what is not known about it. */
export interface CallsBetween {
  /** By the callers' cluster, then the callee's, then names. */
  readonly calls: readonly CallBetween[];
  /** Why calls between two clusters are not among them, as sentences. */
  readonly unknown: readonly string[];
}

/** Everything but `denied` that workloads may send to the Services of other clusters of their mesh. */
export function callsBetween(members: readonly FleetMember[]): CallsBetween {
  const calls: CallBetween[] = [];
  const unknown = new Set<string>();
  const rows = new Map<string, readonly MatrixCell[]>();
  for (const from of members) {
    for (const to of members) {
      if (from === to) continue;
      // Meshes of their own are not expected to call each other.
      if (areDifferentMeshes(from, to)) continue;
      const distance = whyNotOneMesh(from, to);
      if (distance !== undefined) {
        unknown.add(`${from.name} → ${to.name}: ${distance}.`);
        continue;
      }
      const crosses = from.membership.network !== to.membership.network;
      const kept = new Map(
        to.model.callees.map((callee) => [callee.ref, once(() => keptAtHome(from, callee, crosses))]),
      );
      for (const workload of from.model.workloads) {
        const caller = remoteCaller(from, workload);
        // Whoever has no identity comes to no other cluster, and is said so where somebody asks about it.
        if ('unknown' in caller) continue;
        const key = `${to.name}\n${caller.identity}`;
        // An identity is decided about once for each cluster, however many clusters have workloads with it.
        const row = cached(rows, key, () => accessRow(to.model, { kind: 'identity', identity: caller.identity }));
        for (const cell of row) {
          if (cell.access === 'denied') continue;
          const because = kept.get(cell.to)?.();
          if (because !== undefined) unknown.add(`${from.name} → ${to.name}:${cell.to}: ${because}.`);
          else calls.push({ from: `${from.name}:${workload.ref}`, to: `${to.name}:${cell.to}`, cell });
        }
      }
    }
  }
  return { calls, unknown: [...unknown] };
}

/** Asks for something when it is first needed, and once: every caller of a cluster needs it. */
function once<Result>(ask: () => Result): () => Result {
  let answer: { readonly result: Result } | undefined;
  return () => {
    answer ??= { result: ask() };
    return answer.result;
  };
}
