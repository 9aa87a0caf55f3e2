import { ManifestSet } from '../../model/documents/manifest-set';
import { MeshModel } from '../access/mesh-model';
import type { AccessChange } from '../matrix/access-change';
import { type ComparedCell, compareAccess, compareCells } from '../matrix/compare-access';
import { type CallBetween, type CallsBetween, callsBetween } from './calls-between';
import type { FleetMember } from './fleet-member';
import type { FleetModel } from './fleet-model';
import type { NotEvaluated } from './not-evaluated';

/** What a change does to one cluster of a fleet. */
export interface ClusterChanges {
  /** Name of the cluster. */
  readonly name: string;
  /** Whether the fleet has the cluster before and after, or only after, or only before. */
  readonly state: 'kept' | 'added' | 'removed';
  /** What opens and closes within it: in a cluster that is added everything opens, in one that is removed everything closes. */
  readonly changes: readonly AccessChange[];
}

/** What a change does to the calls between the clusters of a fleet. */
export interface ChangesBetween {
  /** What opens and closes between clusters; names begin with the cluster. */
  readonly between: readonly AccessChange[];
  /** Calls between clusters that are not evaluated after the change, or were not before it, each reason once. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** Whether something is not evaluated on one side only, so that it may have opened. */
  readonly isPartlyUnknown: boolean;
  /** Assumptions about connections between clusters after the change. */
  readonly assumed: readonly string[];
}

/** What a change does to a fleet. */
export interface FleetChanges extends ChangesBetween {
  /** The clusters after the change in the order of their files, then those that are removed. */
  readonly clusters: readonly ClusterChanges[];
}

/** What a change opens and closes in each cluster of a fleet and between them. Clusters are the same if their names are. */
export function compareFleets(before: FleetModel, after: FleetModel): FleetChanges {
  const old = new Map(before.clusters.map(({ name, model }) => [name, model]));
  const now = new Map(after.clusters.map(({ name, model }) => [name, model]));
  const clusters = [...new Set([...now.keys(), ...old.keys()])].map((name): ClusterChanges => {
    const [was, is] = [old.get(name), now.get(name)];
    const state = was === undefined ? 'added' : is === undefined ? 'removed' : 'kept';
    return { name, state, changes: compareAccess(was ?? nothing(), is ?? nothing()) };
  });
  return { clusters, ...compareBetween(before.clusters, after.clusters) };
}

/** What a change opens and closes between the clusters of a fleet. */
export function compareBetween(before: readonly FleetMember[], after: readonly FleetMember[]): ChangesBetween {
  return compareCalls(callsBetween(before), callsBetween(after));
}

function nothing(): MeshModel {
  return MeshModel.from(new ManifestSet([]));
}

function compareCalls(before: CallsBetween, after: CallsBetween): ChangesBetween {
  const [old, now] = [cellsOf(before), cellsOf(after)];
  const between = [...new Map([...now, ...old])].flatMap(([key, call]) => {
    const sides = [old, now].map((side, index) => side.get(key) ?? unlisted(index === 0 ? before : after, call));
    const change = compareCells(sides[0]?.cell, sides[1]?.cell);
    return change === undefined ? [] : { ...change, from: call.from, to: call.to };
  });
  const [were, are] = [openReasons(before), openReasons(after)];
  return {
    between,
    notEvaluated: [...new Map([...are, ...were]).values()],
    isPartlyUnknown: [...are.keys()].some((key) => !were.has(key)) || [...were.keys()].some((key) => !are.has(key)),
    assumed: after.assumed,
  };
}

/** A call, which may be one that is not known to get through. */
interface ComparedCall extends CallBetween {
  readonly cell: ComparedCell;
}

function cellsOf({ calls, open }: CallsBetween): ReadonlyMap<string, ComparedCall> {
  const all: readonly ComparedCall[] = [...calls, ...open.map((call) => notKnown(call, call.because))];
  return new Map(all.map((call) => [JSON.stringify([call.from, call.to, call.cell.port.port]), call]));
}

function notKnown(call: CallBetween, because: string): ComparedCall {
  return { ...call, cell: { ...call.cell, access: 'unknown', conditions: [], because } };
}

/** A call that the other side has, where this side does not look at calls of its caller to that cluster at all. */
function unlisted({ notListed }: CallsBetween, call: CallBetween): ComparedCall | undefined {
  const reason = notListed.find(
    ({ from, to, callers }) => isOf(from, call.from) && isOf(to, call.to) && (callers?.has(call.from) ?? true),
  );
  return reason && notKnown(call, reason.because);
}

/** Whether a name is one of a cluster, whose own name may have a colon too. */
function isOf(cluster: string, name: string): boolean {
  return name.startsWith(`${cluster}:`) && !name.includes(':', cluster.length + 1);
}

function openReasons({ notListed, outside }: CallsBetween): ReadonlyMap<string, NotEvaluated> {
  const all = [...notListed.filter(({ isSure }) => !isSure), ...outside];
  return new Map(all.map((one) => [JSON.stringify([one.from, one.to, one.because]), one]));
}
