import { addTo } from '../../base/add-to';
import { compareTexts } from '../../base/compare-texts';
import { type AccessGraph, byCluster, type GraphNamespace, type GraphNode } from './access-graph';
import type { Exposure } from './exposure';
import { type GraphEdge, togetherAs, weakestTransport } from './graph-edges';

/** Above this many nodes a picture of all of them cannot be read. */
const MOST_NODES = 60;
/** Nor one of more lines than this. */
const MOST_LINES = 100;

/** Whether a graph is first drawn grouped by namespace: it is too large for one picture and has more than one namespace. */
export function isLarge({ namespaces, edges, exposures }: AccessGraph): boolean {
  const count = namespaces.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const isTooMuch = count > MOST_NODES || edges.length + exposures.length > MOST_LINES;
  return isTooMuch && namespaces.filter(({ name }) => name !== '').length > 1;
}

/** The name of a namespace, with its cluster if there are several. */
export function namespaceName({ name, cluster }: Pick<GraphNamespace, 'name' | 'cluster'>): string {
  return cluster === undefined ? name : `${cluster}:${name}`;
}

/** Id of the node that represents a namespace. */
export function namespaceId(namespace: Pick<GraphNamespace, 'name' | 'cluster'>): string {
  return `namespace ${namespaceName(namespace)}`;
}

/**
 * The same graph with one node for each namespace.
 *
 * @param opened id of the node of a namespace that stays expanded; then only its nodes and their callers and callees
 * remain
 */
export function collapseNamespaces(graph: AccessGraph, opened?: string): AccessGraph {
  const groups = new Map<string, GraphNode>();
  const shown = new Map<string, string>();
  const isOpened = (namespace: GraphNamespace) => namespaceId(namespace) === opened;
  for (const namespace of graph.namespaces) {
    if (namespace.name === '' || isOpened(namespace)) continue;
    const group = namespaceNode(namespace);
    groups.set(group.id, group);
    for (const { id } of namespace.nodes) shown.set(id, group.id);
  }
  const own = new Set(graph.namespaces.find(isOpened)?.nodes.map(({ id }) => id));
  const ends = <T extends { readonly from: string; readonly to: string }>(things: readonly T[]) =>
    things
      .map((thing) => ({ ...thing, from: shown.get(thing.from) ?? thing.from, to: shown.get(thing.to) ?? thing.to }))
      .filter(({ from, to }) => from !== to && (opened === undefined || own.has(from) || own.has(to)));
  const edges = mergeCalls(ends(graph.edges));
  const exposures = mergeExposures(ends(graph.exposures));
  const met = new Set([...edges, ...exposures].flatMap(({ from, to }) => [from, to]));
  const isKept = ({ id }: GraphNode) => opened === undefined || own.has(id) || met.has(id);
  const namespaces = byCluster(graph).flatMap(([cluster, inside]): readonly GraphNamespace[] => {
    const outer = inside.find(({ name }) => name === '')?.nodes ?? [];
    const boxes = inside.flatMap((namespace) => groups.get(namespaceId(namespace)) ?? []);
    return [
      { name: '', ...(cluster !== undefined && { cluster }), nodes: [...outer, ...boxes].filter(isKept) },
      ...inside.filter((one) => one.name !== '' && isOpened(one)),
    ];
  });
  return {
    namespaces,
    edges,
    exposures,
    leftOut: graph.leftOut,
    unknown: graph.unknown,
  };
}

function namespaceNode(namespace: GraphNamespace): GraphNode {
  const { name, nodes } = namespace;
  const callable = nodes.filter(({ protection }) => protection !== undefined);
  const protections = new Set(callable.map(({ protection }) => protection));
  // The weakest there is: a namespace must not look better than its least protected service.
  const protection = protections.has('not-enforced')
    ? 'not-enforced'
    : protections.has('open')
      ? 'open'
      : protections.size > 0
        ? 'denied-by-default'
        : undefined;
  return {
    id: namespaceId(namespace),
    kind: 'namespace',
    namespace: '',
    label: name,
    ports: [],
    protection,
    mtls: [...new Set(callable.flatMap(({ mtls }) => mtls))].sort(compareTexts),
    contains: nodes.length,
  };
}

function mergeCalls(edges: readonly GraphEdge[]): readonly GraphEdge[] {
  return merge(edges, (same, first) => ({
    ...first,
    access: togetherAs(same),
    label: same.length === 1 ? first.label : `${same.length} calls`,
    detail: same.map(({ detail }) => detail).join('\n'),
    standsFor: [...new Set(same.flatMap(({ standsFor }) => standsFor))].sort(compareTexts),
    cells: same.flatMap(({ cells }) => cells),
    transport: weakestTransport(same),
  }));
}

function mergeExposures(exposures: readonly Exposure[]): readonly Exposure[] {
  return merge(exposures, (same, first) =>
    same.length === 1
      ? first
      : {
          ...first,
          label: `${same.length} routes`,
          access: weakestAccess(same),
          details: same.flatMap(({ details }) => details),
          policies: [...new Set(same.flatMap(({ policies }) => policies))],
        },
  );
}

/** What is open at worst: an arrow for several must not look better than one of them. */
function weakestAccess(exposures: readonly Exposure[]): Exposure['access'] {
  const found = new Set(exposures.map(({ access }) => access));
  return ([undefined, 'allowed', 'unknown', 'conditional', 'denied'] as const).find((access) => found.has(access));
}

function merge<T extends { readonly from: string; readonly to: string }>(
  things: readonly T[],
  join: (same: readonly T[], first: T) => T,
): readonly T[] {
  const pairs = new Map<string, T[]>();
  for (const thing of things) addTo(pairs, `${thing.from}\n${thing.to}`, thing);
  return [...pairs.values()].flatMap((same) => (same[0] ? [join(same, same[0])] : []));
}
