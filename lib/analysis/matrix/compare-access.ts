import type { ClientSpeaks } from '../access/connection';
import { type Decision, isNotKnown } from '../access/decision';
import { describeReason } from '../access/explain';
import type { MeshModel } from '../access/mesh-model';
import type { AccessChange } from './access-change';
import { conditionAtoms, conditionKey } from './access-condition';
import { type Access, type AccessMatrix, accessMatrix, type MatrixCell } from './access-matrix';
import { compareExternal } from './compare-external';
import type { AccessCondition } from './condition';
import { withoutOwnTrustDomains } from './own-trust-domains';
import { type MatrixWay, waysOf } from './ways-in';

/**
 * What a change opens and closes: every pair whose access differs, in the order of the matrices. Callers that the
 * policies of either side distinguish are evaluated on both sides. If each of two clusters has its own trust domain, the
 * same caller in both counts as one.
 */
export function compareAccess(before: MeshModel, after: MeshModel): readonly AccessChange[] {
  const matrix = accessMatrix(after, { comparedWith: before });
  const oldMatrix = accessMatrix(before, { comparedWith: after });
  const old = byPair(oldMatrix);
  const gone = new Map(old);
  for (const cell of matrix.cells) gone.delete(pair(cell));
  const changes = [
    ...matrix.cells.flatMap((cell) => compareCells(old.get(pair(cell)), cell) ?? []),
    ...[...gone.values()].flatMap((cell) => compareCells(cell, undefined) ?? []),
    ...compareWays(waysOf(oldMatrix), waysOf(matrix)),
    ...compareExternal(before, after),
  ];
  return withoutOwnTrustDomains(changes, before, after);
}

/** What a change does to the ways through gateways, whose own policies may be all that differs. */
function compareWays(before: readonly MatrixWay[], after: readonly MatrixWay[]): readonly AccessChange[] {
  const old = new Map(before.map((way) => [wayKey(way), way]));
  const now = new Map(after.map((way) => [wayKey(way), way]));
  return [...new Map([...now, ...old])].flatMap(([key, { from, hosts, to, port }]): readonly AccessChange[] => {
    const [was, is] = [old.get(key), now.get(key)];
    const { added, removed } = differenceOf(was?.conditions ?? NO_CONDITIONS, is?.conditions ?? NO_CONDITIONS);
    const kind = changeKind(was, is, added, removed);
    if (kind === undefined) return [];
    const transport = { before: undefined, after: undefined };
    return [
      {
        from: `${from} for ${hosts}`,
        to,
        port,
        kind,
        ...whyNotKnown(kind, is, was),
        before: was?.access,
        after: is?.access,
        added,
        removed,
        transport,
      },
    ];
  });
}

function wayKey({ from, hosts, to, port }: MatrixWay): string {
  return [from, hosts, to, port.port].join('\n');
}

/** A cell, with the reason if it is unknown for a reason other than its decision. */
export interface ComparedCell extends MatrixCell {
  readonly because?: string;
}

/** What a change does to one pair; undefined if its access stays the same or stays unknown for the same reason. */
export function compareCells(
  before: ComparedCell | undefined,
  after: ComparedCell | undefined,
): AccessChange | undefined {
  const cell = after ?? before;
  if (cell === undefined) return undefined;
  const { added, removed } = differenceOf(before?.conditions ?? NO_CONDITIONS, after?.conditions ?? NO_CONDITIONS);
  const transport = { before: before?.transport, after: after?.transport };
  const [was, is] = [before && reached(before), after && reached(after)];
  const kind = changeKind(was, is, added, removed);
  if (kind === undefined) return undefined;
  const { from, to, port } = cell;
  const why = whyNotKnown(kind, is, was);
  return { from, to, port, kind, ...why, before: before?.access, after: after?.access, added, removed, transport };
}

/** Why a pair is not known, for a change that is not. */
function whyNotKnown(
  kind: AccessChange['kind'],
  ...sides: readonly (Reached | undefined)[]
): { readonly because?: string } {
  if (kind !== 'unknown') return {};
  const open = sides.flatMap((side) => (side?.access === 'unknown' ? reasonsOf(side) : []));
  return { because: [...new Set(open)].join('; ') };
}

function reasonsOf({ because, decisions }: Reached): readonly string[] {
  if (because !== undefined) return [because];
  return decisions.filter(isNotKnown).map(({ reason }) => describeReason(reason));
}

function reached({ access, transport, decision, because }: ComparedCell): Reached {
  return { access, transport, decisions: [decision], ...(because !== undefined && { because }) };
}

/** What is reached, and how the caller speaks where that is one thing. */
interface Reached {
  readonly access: Access;
  readonly transport?: ClientSpeaks | undefined;
  readonly decisions: readonly Decision[];
  /** Why it is not known, where the decisions do not say it. */
  readonly because?: string;
}

const RANK: Readonly<Record<Exclude<Access, 'unknown'>, number>> = { denied: 0, conditional: 1, allowed: 2 };

/** Where it is not known what gets through, all that can be said is whether what decides is the same. */
function isSameBasis(before: Reached | undefined, after: Reached | undefined): boolean {
  return before?.access === after?.access && before?.because === after?.because && basisOf(before) === basisOf(after);
}

function basisOf(reached: Reached | undefined): string {
  const parts = (reached?.decisions ?? []).flatMap((decision) => {
    const { reason } = decision;
    return reason.kind === 'differs' ? reason.cases : [decision];
  });
  return JSON.stringify(
    parts.map(({ policies, connection, reason }) => [
      reason.kind,
      connection?.serverMode?.mode,
      policies.map(({ ref, manifest }) => [ref, manifest.body.spec ?? null]),
    ]),
  );
}

function changeKind(
  before: Reached | undefined,
  after: Reached | undefined,
  added: readonly AccessCondition[],
  removed: readonly AccessCondition[],
): AccessChange['kind'] | undefined {
  const [old, now] = [before?.access ?? 'denied', after?.access ?? 'denied'];
  if (old === 'unknown' || now === 'unknown') return isSameBasis(before, after) ? undefined : 'unknown';
  const was = RANK[old];
  const is = RANK[now];
  if (was === 0 && is === 0) return undefined;
  if (was === 0) return 'opened';
  if (is === 0) return 'closed';
  if (was !== is) return is > was ? 'widened' : 'narrowed';
  const more = countOf(added, 'if') + countOf(removed, 'unless');
  const less = countOf(removed, 'if') + countOf(added, 'unless');
  if (added.length + removed.length > 0)
    return less === 0 && more > 0 ? 'widened' : more === 0 && less > 0 ? 'narrowed' : 'changed';
  return before?.transport === after?.transport ? undefined : 'encryption';
}

const NO_CONDITIONS: readonly AccessCondition[] = [];

/** What two lists of conditions have that the other has not. */
interface Difference {
  readonly added: readonly AccessCondition[];
  readonly removed: readonly AccessCondition[];
}

/** Pairs that have the same policies before them share their lists, so each two lists are compared once. */
const differences = new WeakMap<readonly AccessCondition[], WeakMap<readonly AccessCondition[], Difference>>();

function differenceOf(before: readonly AccessCondition[], after: readonly AccessCondition[]): Difference {
  const known = differences.get(before) ?? new WeakMap<readonly AccessCondition[], Difference>();
  differences.set(before, known);
  let difference = known.get(after);
  if (difference === undefined) {
    const [was, is] = [atomsOf(before), atomsOf(after)];
    difference = { added: without(is, was), removed: without(was, is) };
    known.set(after, difference);
  }
  return difference;
}

/** The conditions by what they say, one for each combination of values. */
function atomsOf(conditions: readonly AccessCondition[]): ReadonlyMap<string, AccessCondition> {
  const atoms = conditions.flatMap((condition) => conditionAtoms(condition));
  return new Map(atoms.map((atom) => [conditionKey(atom), atom]));
}

function without(
  some: ReadonlyMap<string, AccessCondition>,
  others: ReadonlyMap<string, AccessCondition>,
): readonly AccessCondition[] {
  return [...some].flatMap(([key, condition]) => (others.has(key) ? [] : condition));
}

function countOf(conditions: readonly AccessCondition[], wanted: AccessCondition['effect']): number {
  return conditions.filter(({ effect }) => effect === wanted).length;
}

function byPair(matrix: AccessMatrix): ReadonlyMap<string, MatrixCell> {
  return new Map(matrix.cells.map((cell) => [pair(cell), cell]));
}

/** A Service's port is the same port under another name. */
function pair({ from, to, port }: MatrixCell): string {
  return `${from}\n${to}\n${port.port}`;
}
