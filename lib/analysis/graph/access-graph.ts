import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import type { MeshModel } from '../access/mesh-model';
import { OUTSIDE } from '../access/request';
import { accessMatrix, type MatrixCell } from '../matrix/access-matrix';
import { type Exposure, exposures } from './exposure';
import { edgesOf, type GraphEdge } from './graph-edges';
import { NodeNames } from './node-names';

/** Who gets in where nobody is named. */
export type Protection =
  /** An ALLOW policy is there: only who is named gets in. */
  | 'denied-by-default'
  /** Policies are enforced, but whoever is not denied gets in. */
  | 'open'
  /** No proxy: nothing is enforced. */
  | 'not-enforced';

/** Something that calls or is called. */
export interface GraphNode {
  /** Unique in the graph: `namespace/name`, `gateway/namespace/name`, a SPIFFE ID, `*namespace`, `mesh` or `outside`. */
  readonly id: string;
  /** `everyone-of` stands for all workloads of a namespace, `mesh` for all that have a proxy. */
  readonly kind: 'service' | 'workload' | 'gateway' | 'identity' | 'everyone-of' | 'mesh' | 'outside';
  /** Empty for what is in none: `mesh` and `outside`. */
  readonly namespace: string;
  /** What is written in the box. */
  readonly label: string;
  /** Ports by number and name; empty for what is only a caller. */
  readonly ports: readonly string[];
  /** Undefined for what cannot be called. */
  readonly protection: Protection | undefined;
  /** What its ports accept, such as `STRICT`; more than one if its ports differ. */
  readonly mtls: readonly string[];
}

/** Everything there is to draw, before any layout. */
export interface AccessGraph {
  /** Namespaces in order; nodes without one come under the empty name. */
  readonly namespaces: readonly { readonly name: string; readonly nodes: readonly GraphNode[] }[];
  /** Who may call whom, summed up where all of a namespace or of the mesh may. */
  readonly edges: readonly GraphEdge[];
  /** How services are reached from outside the cluster. */
  readonly exposures: readonly Exposure[];
}

/** Draws together who may call whom: one node for each Service, one edge for each pair that is not denied. */
export function accessGraph(model: MeshModel): AccessGraph {
  const { cells } = accessMatrix(model);
  const names = new NodeNames(model);
  const exposed = exposures(model);
  const callable = new Map(model.callees.map((callee) => [names.of(callee), callee]));
  const edges = edgesOf(
    model,
    cells.map((cell) => ({ ...cell, from: names.ofCaller(cell.from) })),
    names,
  );
  const ids = new Set([
    ...callable.keys(),
    ...model.workloads.map((workload) => names.of(workload)),
    ...edges.flatMap(({ from, to }) => [from, to]),
    ...exposed.flatMap(({ from, to }) => [from, to]),
  ]);
  const nodes = [...ids].map((id) => toNode(id, callable.get(id), model, cellsTo(cells, callable.get(id))));
  const gateways = new Set(exposed.flatMap(({ kind, from }) => (kind === 'route' && from !== OUTSIDE ? [from] : [])));
  const marked = nodes.map((node) => (gateways.has(node.id) ? { ...node, kind: 'gateway' as const } : node));
  return { namespaces: byNamespace(marked), edges, exposures: exposed };
}

function cellsTo(cells: readonly MatrixCell[], callee: Service | Workload | undefined): readonly MatrixCell[] {
  return callee === undefined ? [] : cells.filter(({ from, to }) => to === callee.ref && from === OUTSIDE);
}

function toNode(
  id: string,
  callee: Service | Workload | undefined,
  model: MeshModel,
  cells: readonly MatrixCell[],
): GraphNode {
  const { namespace, label } = placeOf(id);
  return {
    id,
    kind: kindOf(id, callee),
    namespace,
    label,
    ports: cells.map(({ port }) => port),
    protection: callee && cells.length > 0 ? protectionOf(callee, model) : undefined,
    mtls: [...new Set(cells.map(({ decision }) => decision.connection?.serverMode?.mode ?? ''))].filter(
      (mode) => mode !== '',
    ),
  };
}

/** The namespace a node belongs to, and what it is called there. */
function placeOf(id: string): { readonly namespace: string; readonly label: string } {
  if (id === 'mesh') return { namespace: '', label: 'any workload in the mesh' };
  if (id.startsWith('*')) return { namespace: id.slice(1), label: `any of ${id.slice(1)}` };
  const identity = /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/(.+)$/.exec(id);
  if (identity?.[1] && identity[2]) return { namespace: identity[1], label: identity[2] };
  const [first = '', second, third] = id.startsWith('spiffe://') ? [id] : id.split('/');
  if (third !== undefined) return { namespace: second ?? '', label: `Gateway ${third}` };
  return second === undefined ? { namespace: '', label: first } : { namespace: first, label: second };
}

function kindOf(id: string, callee: Service | Workload | undefined): GraphNode['kind'] {
  if (id === OUTSIDE || id === 'mesh') return id;
  if (id.startsWith('*')) return 'everyone-of';
  if (id.startsWith('spiffe://')) return 'identity';
  return callee && 'workloads' in callee ? 'service' : 'workload';
}

function protectionOf(callee: Service | Workload, model: MeshModel): Protection {
  const workloads = 'workloads' in callee ? callee.workloads : [callee];
  const proxied = workloads.every((workload) =>
    ['sidecar', 'gateway', 'without-identity'].includes(model.proxyOf(workload).kind),
  );
  if (!proxied) return 'not-enforced';
  return workloads.every((workload) => model.policySetOf(workload).deniesByDefault) ? 'denied-by-default' : 'open';
}

function byNamespace(nodes: readonly GraphNode[]): AccessGraph['namespaces'] {
  const names = [...new Set(nodes.map(({ namespace }) => namespace))].sort();
  return names.map((name) => ({
    name,
    nodes: nodes.filter(({ namespace }) => namespace === name).sort((a, b) => (a.id < b.id ? -1 : 1)),
  }));
}
