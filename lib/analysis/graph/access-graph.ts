import { addTo } from '../../base/add-to';
import { compareTexts } from '../../base/compare-texts';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { CSI_DRIVER_IMAGE, TBOT_IMAGE } from '../../upstream/kubernetes/known-images';
import type { MeshModel } from '../access/mesh-model';
import type { NamedPort } from '../access/named-port';
import { OUTSIDE } from '../access/request';
import { accessMatrix, type MatrixCell, whyUnknown } from '../matrix/access-matrix';
import { waysOf } from '../matrix/ways-in';
import { type Exposure, exposures } from './exposure';
import { edgesOf, type GraphEdge } from './graph-edges';
import { GraphNodes, type NodeDescription, type NodeKind } from './graph-nodes';

/** Which callers are allowed besides those that a policy names. */
export type Protection =
  /** An ALLOW policy applies: only the callers that it names are allowed. */
  | 'denied-by-default'
  /** Policies are enforced, but every caller that is not denied is allowed. */
  | 'open'
  /** No proxy: nothing is enforced. */
  | 'not-enforced';

/** Something that calls or is called. */
export interface GraphNode extends NodeDescription {
  /** Empty for nodes that are only callers. */
  readonly ports: readonly NamedPort[];
  /** Undefined for nodes that cannot be called. */
  readonly protection: Protection | undefined;
  /** What its ports accept, such as `STRICT`; more than one if its ports differ. */
  readonly mtls: readonly string[];
  /** The number of nodes in a namespace that is drawn as one node. */
  readonly contains?: number;
}

/** A namespace and the nodes in it. */
export interface GraphNamespace {
  /** Empty for nodes without a namespace. */
  readonly name: string;
  /** The cluster, if there are several; undefined for nodes outside all clusters. */
  readonly cluster?: string;
  /** The nodes in it. */
  readonly nodes: readonly GraphNode[];
}

/** Everything there is to draw, before any layout. */
export interface AccessGraph {
  /** Namespaces in order, grouped by cluster; nodes without a namespace have the empty name. */
  readonly namespaces: readonly GraphNamespace[];
  /** Who may call whom, with one edge where all workloads of a namespace or of the mesh may. */
  readonly edges: readonly GraphEdge[];
  /** How services are reached from outside the cluster. */
  readonly exposures: readonly Exposure[];
  /** Ids of nodes that are left out because they serve the mesh and neither call nor are called: tbot, the CSI driver. */
  readonly leftOut: readonly string[];
  /** Why some calls are unknown that more manifests would decide; undefined if all calls are known. */
  readonly unknown: string | undefined;
}

/** What a graph contains. */
export interface AccessGraphOptions {
  /**
   * Whether tbot and the CSI driver are drawn even where nothing calls them and they call nothing.
   *
   * @default false
   */
  readonly all?: boolean;
}

/** What is drawn for its arrows alone: without one, all that it may is part of an arrow for a larger set. */
const ONLY_CALLERS: ReadonlySet<NodeKind> = new Set(['identity', 'identities', 'everyone-of', 'mesh', 'outside']);

const INFRASTRUCTURE: readonly RegExp[] = [TBOT_IMAGE, CSI_DRIVER_IMAGE];

/** Builds the graph of who may call whom: one node for each Service, one edge for each pair that is not denied. */
export function accessGraph(model: MeshModel, { all = false }: AccessGraphOptions = {}): AccessGraph {
  const { cells } = accessMatrix(model);
  const ways = waysOf({ cells });
  const nodes = new GraphNodes(model);
  const callable = new Map(model.callees.map((callee) => [nodes.of(callee), callee]));
  for (const workload of model.workloads) nodes.of(workload);
  const edges = edgesOf(model, cells, nodes);
  const exposed = exposures(model, nodes, ways);
  const gateways = new Set(exposed.flatMap(({ kind, from }) => (kind === 'route' && from !== OUTSIDE ? [from] : [])));
  if (exposed.some(({ from }) => from === OUTSIDE)) nodes.ofCaller({ kind: OUTSIDE });
  const ofCallee = new Map<string, MatrixCell[]>();
  for (const cell of cells) if (cell.from === OUTSIDE) addTo(ofCallee, cell.to, cell);
  const drawn = nodes.all.map((described): GraphNode => {
    const callee = callable.get(described.id);
    const node = toNode(described, callee, model, callee === undefined ? [] : (ofCallee.get(callee.ref) ?? []));
    return gateways.has(described.id) ? { ...node, kind: 'gateway' } : node;
  });
  const ends = new Set([...edges, ...exposed].flatMap(({ from, to }) => [from, to]));
  // What policies let in is drawn whatever it is: only what has nothing to say is left out.
  const idle = new Set(all ? [] : infrastructure(model).map((workload) => nodes.of(workload)));
  const isLeftOut = ({ id, ports }: GraphNode) => idle.has(id) && !ends.has(id) && ports.length === 0;
  return {
    namespaces: byNamespace(
      drawn.filter((node) => !isLeftOut(node) && (ends.has(node.id) || !ONLY_CALLERS.has(node.kind))),
    ),
    edges,
    exposures: exposed,
    unknown: whyUnknown({ cells }),
    leftOut: drawn
      .filter(isLeftOut)
      .map(({ id }) => id)
      .sort(compareTexts),
  };
}

function infrastructure(model: MeshModel): readonly Workload[] {
  return model.workloads.filter(({ containers }) =>
    containers.some(({ image }) => INFRASTRUCTURE.some((pattern) => pattern.test(image))),
  );
}

function toNode(
  described: NodeDescription,
  callee: Service | Workload | undefined,
  model: MeshModel,
  cells: readonly MatrixCell[],
): GraphNode {
  return {
    ...described,
    ports: cells.map(({ port }) => port),
    protection: callee && cells.length > 0 ? protectionOf(callee, model) : undefined,
    mtls: [...new Set(cells.map(({ decision }) => decision.connection?.serverMode?.mode ?? ''))].filter(
      (mode) => mode !== '',
    ),
  };
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
  const found = new Map<string, GraphNode[]>();
  for (const node of nodes) addTo(found, node.namespace, node);
  return [...found]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([name, inside]) => ({ name, nodes: inside.sort((a, b) => compareTexts(a.id, b.id)) }));
}

/** The namespaces of each cluster; without a cluster, those of a graph of one and what is in none. */
export function byCluster({
  namespaces,
}: Pick<AccessGraph, 'namespaces'>): readonly (readonly [
  cluster: string | undefined,
  namespaces: readonly GraphNamespace[],
])[] {
  const found = new Map<string | undefined, GraphNamespace[]>();
  for (const namespace of namespaces) addTo(found, namespace.cluster, namespace);
  return [...found];
}
