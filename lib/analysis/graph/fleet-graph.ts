import { OUTSIDE } from '../access/request';
import { callsBetween, isAmong } from '../fleet/calls-between';
import type { FleetMember } from '../fleet/fleet-member';
import type { FleetModel } from '../fleet/fleet-model';
import {
  type AccessGraph,
  type AccessGraphOptions,
  accessGraph,
  type GraphNamespace,
  type GraphNode,
} from './access-graph';
import type { Exposure } from './exposure';
import { edgesBetween, type GraphEdge } from './graph-edges';
import { GraphNodes, type NodeKind } from './graph-nodes';

/** Whose label says nothing of the cluster that its set is of. */
const SETS: ReadonlySet<NodeKind> = new Set(['everyone-of', 'mesh', 'identities']);

/** Builds one graph of the clusters of a fleet: a graph of each, and edges for the calls between them that are allowed. */
export function fleetGraph({ clusters }: FleetModel, options: AccessGraphOptions = {}): AccessGraph {
  const { calls, notListed } = callsBetween(clusters);
  const isForeign = isAmong(calls);
  const parts = clusters.map((member) => partOf(member, accessGraph(member.model, options), isForeign));
  const served = new Set(parts.flatMap(servedNames));
  const graphs = parts.map((part) => withoutStandIns(part, served));
  const drawn = new Set(
    graphs.flatMap(({ namespaces }) => namespaces.flatMap(({ nodes }) => nodes.map(({ id }) => id))),
  );
  const missing = new Map<string, Caller>();
  const callers = new Map(clusters.flatMap(callersOf));
  const between = calls.flatMap(({ from, to, cell }) => {
    const caller = callers.get(from);
    if (caller === undefined) return [];
    if (!drawn.has(caller.node.id)) missing.set(caller.node.id, caller);
    return [{ from: caller.node.id, cell: { ...cell, to } }];
  });
  const unknown = [
    ...graphs.flatMap(({ name, graph }) => (graph.unknown === undefined ? [] : `${name}: ${graph.unknown}`)),
    ...notListed.filter(({ isSure }) => !isSure).map(({ from, to, because }) => `${from} → ${to}: ${because}`),
  ];
  const outside = graphs.flatMap(({ outer }) => outer).slice(0, 1);
  return {
    namespaces: merged([
      ...(outside.length > 0 ? [{ name: '', nodes: outside }] : []),
      ...graphs.flatMap(({ namespaces }) => namespaces),
      ...[...missing.values()].map(({ cluster, node }) => ({ name: node.namespace, cluster, nodes: [node] })),
    ]),
    edges: [...graphs.flatMap(({ edges }) => edges), ...edgesBetween(between)],
    exposures: graphs.flatMap(({ exposures }) => exposures),
    leftOut: graphs.flatMap(({ leftOut }) => leftOut).filter((id) => !missing.has(id)),
    unknown: unknown.length === 0 ? undefined : unknown.join('; '),
  };
}

/** A workload that calls another cluster, as a node. */
interface Caller {
  readonly cluster: string;
  readonly node: GraphNode;
}

/** The workloads of a cluster as nodes, by their names as callers of other clusters. */
function callersOf({ name, model }: FleetMember): readonly (readonly [string, Caller])[] {
  const nodes = new GraphNodes(model);
  const written = model.workloads.map((workload) => [workload.ref, nodes.of(workload)] as const);
  const made = model.installedGateways.map(({ workload }) => [workload.ref, nodes.installedGateway(workload)] as const);
  const described = new Map(nodes.all.map((node) => [node.id, node]));
  return [...made, ...written].flatMap(([ref, id]) => {
    const node = described.get(id);
    if (node === undefined) return [];
    const drawn = { ...node, id: `${name}:${id}`, ports: [], protection: undefined, mtls: [] };
    return [[`${name}:${ref}`, { cluster: name, node: drawn }] as const];
  });
}

/** A cluster's part of the graph, under names that no other cluster has. */
interface Part {
  readonly name: string;
  readonly graph: AccessGraph;
  /** Nodes outside every cluster. */
  readonly outer: readonly GraphNode[];
  readonly namespaces: readonly GraphNamespace[];
  readonly edges: readonly GraphEdge[];
  readonly exposures: readonly Exposure[];
  readonly leftOut: readonly string[];
}

function partOf({ name }: FleetMember, graph: AccessGraph, isForeign: ReturnType<typeof isAmong>): Part {
  const idOf = (id: string) => (id === OUTSIDE ? OUTSIDE : `${name}:${id}`);
  const strangers = new Set(
    graph.namespaces.flatMap(({ nodes }) => nodes.flatMap(({ kind, id }) => (kind === 'identity' ? idOf(id) : []))),
  );
  const edges = graph.edges
    .map((edge) => ({
      ...edge,
      from: idOf(edge.from),
      to: idOf(edge.to),
      standsFor: edge.standsFor.map(idOf),
      cells: edge.cells.map((cell) => ({ ...cell, to: idOf(cell.to) })),
    }))
    // Whoever is a workload of another cluster is drawn as one.
    .filter(({ from, cells }) => !strangers.has(from) || !cells.every((cell) => isForeign({ to: cell.to, cell })));
  const exposures = graph.exposures.map((one) => ({ ...one, from: idOf(one.from), to: idOf(one.to) }));
  const ends = new Set([...edges, ...exposures].flatMap(({ from, to }) => [from, to]));
  const nodes = graph.namespaces.map((namespace) => ({
    ...namespace,
    cluster: name,
    nodes: namespace.nodes
      .map((node) => ({
        ...node,
        id: idOf(node.id),
        label: SETS.has(node.kind) ? `${node.label} in ${name}` : node.label,
      }))
      .filter(({ kind, id }) => kind !== 'identity' || ends.has(id)),
  }));
  return {
    name,
    graph,
    outer: nodes.flatMap((namespace) => namespace.nodes).filter(({ id }) => id === OUTSIDE),
    namespaces: nodes
      .map((namespace) => ({ ...namespace, nodes: namespace.nodes.filter(({ id }) => id !== OUTSIDE) }))
      .filter((namespace) => namespace.nodes.length > 0),
    edges,
    exposures,
    leftOut: graph.leftOut.map(idOf),
  };
}

/** Services that have pods, without their cluster. */
function servedNames({ name, namespaces }: Part): readonly string[] {
  return namespaces.flatMap(({ nodes }) =>
    nodes.flatMap(({ id, ports }) => (ports.length > 0 ? id.slice(name.length + 1) : [])),
  );
}

/** Leaves out Services that are there only for their names: the pods are those of other clusters. */
function withoutStandIns(part: Part, served: ReadonlySet<string>): Part {
  const ends = new Set([...part.edges, ...part.exposures].flatMap(({ from, to }) => [from, to]));
  const isShown = ({ kind, id, ports }: GraphNode) =>
    kind !== 'service' || ports.length > 0 || ends.has(id) || !served.has(id.slice(part.name.length + 1));
  return {
    ...part,
    namespaces: part.namespaces
      .map((namespace) => ({ ...namespace, nodes: namespace.nodes.filter(isShown) }))
      .filter(({ nodes }) => nodes.length > 0),
  };
}

/** Puts nodes that were found late into their namespaces. */
function merged(all: readonly GraphNamespace[]): readonly GraphNamespace[] {
  const found = new Map<string, GraphNamespace>();
  for (const one of all) {
    const key = JSON.stringify([one.cluster, one.name]);
    const same = found.get(key);
    found.set(key, same === undefined ? one : { ...same, nodes: [...same.nodes, ...one.nodes] });
  }
  return [...found.values()];
}
