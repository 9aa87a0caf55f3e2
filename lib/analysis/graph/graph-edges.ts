import { compareTexts } from '../../base/compare-texts';
import { identityUri } from '../../upstream/spiffe/identity-uri';
import type { ClientSpeaks } from '../access/connection';
import type { Caller } from '../access/connector';
import type { MeshModel } from '../access/mesh-model';
import { portName } from '../access/named-port';
import { conditionKey } from '../matrix/access-condition';
import type { Access, MatrixCell } from '../matrix/access-matrix';
import { conditionText } from '../matrix/render-matrix';
import type { GraphNodes } from './graph-nodes';

/** An edge from a caller, or from all workloads of a namespace or of the mesh, or from outside, to a callee. */
export interface GraphEdge {
  /** Id of a node: of the caller, or of the group. */
  readonly from: string;
  /** Id of the callee's node. */
  readonly to: string;
  /** Whether everything is allowed, or some of it, or it is unknown. */
  readonly access: Exclude<Access, 'denied'>;
  /** A short label: `GET, PATCH`, `TCP 6379`, `HTTP`. */
  readonly label: string;
  /** All conditions, for a tooltip. */
  readonly detail: string;
  /** Ids of the nodes whose calls the edge represents, if it represents a set of callers: sorted, otherwise empty. */
  readonly standsFor: readonly string[];
  /** One cell for each port, of one of the callers: the other callers have the same conditions. */
  readonly cells: readonly MatrixCell[];
  /** What the caller sends; undefined where one of the two is in ambient mode. */
  readonly transport: ClientSpeaks | undefined;
}

/** From this many callers on, "all of the namespace" is clearer than an arrow for each. */
const MANY = 3;

/**
 * Combines the cells that are not denied into edges: one for all callers, for a set of callers, for a namespace, or for
 * one caller.
 */
export function edgesOf(model: MeshModel, cells: readonly MatrixCell[], nodes: GraphNodes): readonly GraphEdge[] {
  const inMesh = model.workloads.filter((workload) => model.proxyOf(workload).kind === 'sidecar');
  const members = inMesh.map((workload) => ({ id: nodes.of(workload), namespace: workload.namespace }));
  const columns = groupBy(cells, ({ to, port }) => `${to}\n${port.port}`);
  const drawing = new ColumnDrawing(model.settings.trustDomain, members, nodes);
  return mergePorts([...columns.values()].flatMap((column) => drawing.edges(column)));
}

/**
 * Edges from workloads to Services of other clusters, one for each call.
 *
 * @param calls each with the ids of its nodes
 */
export function edgesBetween(
  calls: readonly { readonly from: string; readonly cell: MatrixCell }[],
): readonly GraphEdge[] {
  return mergePorts(calls.map((call) => toEdge(call)));
}

interface Member {
  readonly id: string;
  readonly namespace: string;
}

/** A caller's cell and the node it is drawn from. */
interface Arrow {
  readonly cell: MatrixCell;
  readonly caller: Caller;
  readonly from: string;
}

/** Draws the arrows to one port. */
class ColumnDrawing {
  private readonly namespaces: ReadonlyMap<string, readonly Member[]>;

  public constructor(
    private readonly trustDomain: string,
    private readonly members: readonly Member[],
    private readonly nodes: GraphNodes,
  ) {
    this.namespaces = groupBy(members, ({ namespace }) => namespace);
  }

  public edges(column: readonly MatrixCell[]): readonly GraphEdge[] {
    const arrows = column.flatMap((cell): readonly Arrow[] => {
      const { caller } = cell.decision.request;
      // Whom nobody lets in is not drawn, so it needs no node.
      if (cell.access === 'denied') return [];
      const from = this.nodes.ofCaller(caller);
      return from === cell.to ? [] : [{ cell, caller, from }];
    });
    const outside = arrows.find(({ caller }) => caller.kind === 'outside');
    if (outside && column.every(isLetInOrStrange) && allAlike(arrows)) return [toEdge(outside, arrows)];
    const left = new Set(arrows);
    return [...this.sets(left), ...this.groups(left, column[0]?.to), ...[...left].map((arrow) => toEdge(arrow))];
  }

  /** Sets of callers stand for the workloads and smaller sets that are in them. */
  private sets(left: Set<Arrow>): readonly GraphEdge[] {
    const sets = [...left].filter(({ caller }) => caller.kind === 'identity' && caller.standsFor !== undefined);
    const drawn: GraphEdge[] = [];
    for (const arrow of sets.sort((a, b) => this.prefixOf(a).length - this.prefixOf(b).length)) {
      const prefix = this.prefixOf(arrow);
      if (prefix === NO_PREFIX || !left.delete(arrow)) continue;
      const inside = [...left].filter(
        (other) => identityOf(other.caller)?.startsWith(prefix) && allAlike([arrow, other]),
      );
      for (const other of inside) left.delete(other);
      drawn.push(toEdge(arrow, inside));
    }
    return drawn;
  }

  /** How the identities of a set begin, if that is what makes the set. */
  private prefixOf({ caller }: Arrow): string {
    const set = caller.kind === 'identity' ? caller.standsFor : undefined;
    if (set?.kind !== 'workload-identities' || set.trustDomain !== 'own' || set.account !== undefined) return NO_PREFIX;
    if (set.namespace === undefined) return identityUri(this.trustDomain, '/');
    return set.namespace.includes('*') ? NO_PREFIX : identityUri(this.trustDomain, `/ns/${set.namespace}/`);
  }

  /** All workloads of the mesh or of a namespace, where each of them is let in by itself. */
  private groups(left: Set<Arrow>, to: string | undefined): readonly GraphEdge[] {
    const summed: GraphEdge[] = [];
    const byNode = groupBy([...left], ({ from }) => from);
    const sumUp = (group: readonly Member[], makeNode: () => string) => {
      const ids = new Set(group.map(({ id }) => id).filter((id) => id !== to));
      const theirs = [...ids].flatMap((id) => (byNode.get(id) ?? []).filter((arrow) => left.has(arrow)));
      const [first] = theirs;
      const complete = new Set(theirs.map(({ from }) => from)).size === ids.size;
      if (first === undefined || ids.size < MANY || !complete || !allAlike(theirs)) return;
      summed.push({ ...toEdge(first, theirs), from: makeNode() });
      for (const arrow of theirs) left.delete(arrow);
    };
    if (this.namespaces.size > 1) sumUp(this.members, () => this.nodes.mesh);
    for (const [name, group] of this.namespaces) sumUp(group, () => this.nodes.everyoneOf(name));
    return summed;
  }
}

const NO_PREFIX = '\uffff';

/** Whether a caller is let in, or is one whose certificate nothing in the mesh accepts: "everybody" leaves those out. */
function isLetInOrStrange({ access, decision }: MatrixCell): boolean {
  const { caller } = decision.request;
  const isSet = caller.kind === 'identity' && caller.standsFor !== undefined;
  return access !== 'denied' || (isSet && decision.reason.kind === 'connection-fails');
}

function identityOf(caller: Caller): string | null | undefined {
  if (caller.kind === 'identity') return caller.identity;
  return caller.kind === 'workload' && 'identity' in caller.proxy ? caller.proxy.identity : undefined;
}

function allAlike(arrows: readonly Arrow[]): boolean {
  const [first, ...others] = arrows;
  if (first === undefined) return true;
  const key = likeness(first);
  return others.every((other) => likeness(other) === key);
}

function likeness({ cell: { access, conditions } }: Arrow): string {
  return `${access} ${conditions.map(conditionKey).join(' ')}`;
}

function toEdge({ cell, from }: Pick<Arrow, 'cell' | 'from'>, summed: readonly Arrow[] = []): GraphEdge {
  const { to, port, access, transport, decision } = cell;
  const protocol = decision.reason.kind !== 'differs' && decision.request.chain === 'tcp' ? `TCP ${port.port}` : 'HTTP';
  const methods = cell.conditions.flatMap(({ effect, requires }) =>
    effect === 'if'
      ? requires.filter(({ field, negated }) => field === 'methods' && !negated).flatMap(({ values }) => values)
      : [],
  );
  const label = methods.length > 0 ? [...new Set(methods)].sort().join(', ') : protocol;
  const detail = [`${to}:${portName(port)}`, conditionText(cell)].filter((text) => text !== '').join(' ');
  return {
    from,
    to,
    access: access === 'denied' ? 'conditional' : access,
    label,
    detail,
    standsFor: unique(summed.map((arrow) => arrow.from)),
    cells: [cell],
    transport,
  };
}

/** Several ports of one callee make one arrow. */
function mergePorts(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return [...groupBy(edges, ({ from, to }) => `${from}\n${to}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const join = (texts: readonly string[], by: string) => [...new Set(texts)].join(by);
    return [
      {
        ...first,
        access: togetherAs(same),
        label: join(
          same.map(({ label }) => label),
          ', ',
        ),
        detail: join(
          same.map(({ detail }) => detail),
          '\n',
        ),
        standsFor: unique(same.flatMap(({ standsFor }) => standsFor)),
        cells: same.flatMap(({ cells }) => cells),
        transport: weakestTransport(same),
      },
    ];
  });
}

/** The access of several edges together: everything is allowed only if it is for each of them. */
export function togetherAs(edges: readonly Pick<GraphEdge, 'access'>[]): GraphEdge['access'] {
  const found = new Set(edges.map(({ access }) => access));
  if (found.has('unknown')) return 'unknown';
  return found.has('conditional') ? 'conditional' : 'allowed';
}

/** A mark for access that is conditional or unknown. */
export function accessMark(access: Access | undefined, conditional: string): string {
  return access === 'conditional' ? ` ${conditional}` : access === 'unknown' ? ' ?' : '';
}

/** The weakest transport of several edges: an edge that represents them must not look more secure than one of them. */
export function weakestTransport(edges: readonly Pick<GraphEdge, 'transport'>[]): ClientSpeaks | undefined {
  const found = new Set(edges.map(({ transport }) => transport));
  return WEAKEST_FIRST.find((transport) => found.has(transport));
}

const WEAKEST_FIRST: readonly (ClientSpeaks | undefined)[] = ['plain-text', 'foreign-tls', undefined, 'mutual-tls'];

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].sort(compareTexts);
}

function groupBy<T>(things: readonly T[], key: (thing: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(key(thing));
    if (group) group.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}
