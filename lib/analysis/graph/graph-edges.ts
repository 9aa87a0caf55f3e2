import type { ClientSpeaks } from '../access/connection';
import type { MeshModel } from '../access/mesh-model';
import { OUTSIDE } from '../access/request';
import type { Access, MatrixCell } from '../matrix/access-matrix';
import { conditionText } from '../matrix/render-matrix';
import type { NodeNames } from './node-names';

/** An arrow from a caller, or from all of a namespace, of the mesh or of the world, to a callee. */
export interface GraphEdge {
  /** Id of a node: of the caller, or of the group. */
  readonly from: string;
  /** Id of the node that is called. */
  readonly to: string;
  /** Whether everything gets through, or some of it. */
  readonly access: Exclude<Access, 'denied'>;
  /** In a word or two: `GET, PATCH`, `TCP 6379`, `HTTP`. */
  readonly label: string;
  /** All conditions, for a tooltip. */
  readonly detail: string;
  /** What the caller sends; undefined where one of the two is in ambient mode. */
  readonly transport: ClientSpeaks | undefined;
}

/** From this many callers on, "all of the namespace" is clearer than an arrow for each. */
const MANY = 3;

/** Sums up the cells that are not denied: one arrow for everybody, for the mesh, for a namespace, or for a caller. */
export function edgesOf(model: MeshModel, cells: readonly MatrixCell[], names: NodeNames): readonly GraphEdge[] {
  const inMesh = model.workloads.filter((workload) => model.proxyOf(workload).kind === 'sidecar');
  const members = inMesh.map((workload) => ({ id: names.of(workload), namespace: workload.namespace }));
  const columns = groupBy(cells, ({ to, port }) => `${to}\n${port}`);
  return mergePorts([...columns.values()].flatMap((column) => columnEdges(column, members)));
}

interface Member {
  readonly id: string;
  readonly namespace: string;
}

function columnEdges(column: readonly MatrixCell[], members: readonly Member[]): readonly GraphEdge[] {
  const open = column.filter(({ access, from, to }) => access !== 'denied' && from !== to);
  const outside = open.find(({ from }) => from === OUTSIDE);
  if (outside && open.length === column.filter(({ from, to }) => from !== to).length && allAlike(open))
    return [toEdge(outside)];
  const left = new Set(open);
  const summed: GraphEdge[] = [];
  const sumUp = (group: readonly Member[], from: string) => {
    const callers = group.filter(({ id }) => id !== column[0]?.to);
    const theirs = [...left].filter((cell) => callers.some(({ id }) => id === cell.from));
    const [first] = theirs;
    const complete = new Set(theirs.map((cell) => cell.from)).size === new Set(callers.map(({ id }) => id)).size;
    if (first === undefined || callers.length < MANY || !complete || !allAlike(theirs)) return;
    summed.push({ ...toEdge(first), from });
    for (const cell of theirs) left.delete(cell);
  };
  const namespaces = [...new Set(members.map(({ namespace }) => namespace))];
  if (namespaces.length > 1) sumUp(members, 'mesh');
  for (const name of namespaces)
    sumUp(
      members.filter(({ namespace }) => namespace === name),
      `*${name}`,
    );
  return [...summed, ...[...left].map(toEdge)];
}

function allAlike(cells: readonly MatrixCell[]): boolean {
  return new Set(cells.map((cell) => `${cell.access} ${conditionText(cell)}`)).size === 1;
}

function toEdge(cell: MatrixCell): GraphEdge {
  const { from, to, port, access, transport, decision } = cell;
  const number = port.split(' ')[0] ?? port;
  const protocol = decision.reason.kind !== 'differs' && decision.request.chain === 'tcp' ? `TCP ${number}` : 'HTTP';
  const methods = cell.conditions.flatMap(({ effect, requires }) =>
    effect === 'if'
      ? requires.filter(({ field, negated }) => field === 'methods' && !negated).flatMap(({ values }) => values)
      : [],
  );
  const label = methods.length > 0 ? [...new Set(methods)].sort().join(', ') : protocol;
  const detail = [`${to}:${port}`, conditionText(cell)].filter((text) => text !== '').join(' ');
  return { from, to, access: access === 'allowed' ? 'allowed' : 'conditional', label, detail, transport };
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
        access: same.every(({ access }) => access === 'allowed') ? 'allowed' : 'conditional',
        label: join(
          same.map(({ label }) => label),
          ', ',
        ),
        detail: join(
          same.map(({ detail }) => detail),
          '\n',
        ),
        transport: same.find(({ transport }) => transport !== 'mutual-tls')?.transport ?? first.transport,
      },
    ];
  });
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
