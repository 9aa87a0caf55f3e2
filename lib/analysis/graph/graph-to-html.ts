import { compareTexts } from '../../base/compare-texts';
import { INGRESS } from '../matrix/transport-text';
import { type CallRow, callsTable, cellWords } from '../page/calls-table';
import { htmlPage, type PagePicture } from '../page/html-page';
import type { AccessGraph, GraphNode } from './access-graph';
import { collapseNamespaces, isLarge, namespaceId, namespaceName } from './collapse';
import { drawPicture, notesOf } from './draw-picture';
import type { Exposure } from './exposure';
import { placeGraphs } from './graph-layout';
import { nodeName } from './node-name';
import { PICTURE_STYLE } from './picture-style';
import type { PlacedGraph } from './placed-graph';

/** One picture of the page before it is placed. */
interface Plan {
  readonly name: string;
  /** Id of the node that opens it. */
  readonly opens: string | undefined;
  readonly graph: AccessGraph;
}

/**
 * The graph as a self-contained HTML page: a picture that can be zoomed, grouped by namespace if it is large, and a
 * table of all calls with their conditions and policies. Selecting a service shows only its calls in both.
 */
export async function graphToHtml(graph: AccessGraph): Promise<string> {
  const plans = plansOf(graph);
  const placed = await placeGraphs(plans.map((plan) => plan.graph));
  const nodes = new Map<string, GraphNode>();
  for (const shown of [graph, ...plans.map((plan) => plan.graph)]) {
    for (const node of shown.namespaces.flatMap((namespace) => namespace.nodes)) nodes.set(node.id, node);
  }
  const numbers = new Map([...nodes.keys()].map((id, index) => [id, index]));
  const inside = new Map(
    graph.namespaces.map((namespace) => [
      namespaceId(namespace),
      namespace.nodes.map(({ id }) => numbers.get(id) ?? -1),
    ]),
  );
  const pictures = plans.map((plan, index): PagePicture => {
    const picture: PlacedGraph | { readonly problem: string } = placed[index] ?? { problem: 'nothing came back' };
    const content =
      'problem' in picture
        ? '<p>This picture cannot be drawn. The table lists the same calls.</p>'
        : drawPicture(picture, { title: plan.name, style: '', numbers, inside, notes: notesOf(plan.graph, picture) });
    return { name: plan.name, opens: plan.opens === undefined ? undefined : numbers.get(plan.opens), content };
  });
  return htmlPage({
    title: 'Who may call whom',
    notes: [
      // Between clusters, unknown calls are not in the table.
      ...(graph.unknown === undefined ? [] : [`Some calls are unknown: ${graph.unknown}.`]),
      `According to these manifests, ${graph.unknown === undefined ? '' : 'and apart from unknown calls, '}a call that is not listed does not get through. Calls from a workload to itself are not evaluated.`,
      `Select a service to see only its calls${plans.length > 1 ? ', and a namespace in the picture to see its services' : ''}.`,
    ],
    pictures,
    style: PICTURE_STYLE,
    table: callsTable(rowsOf(graph, nodes, numbers), 'Calls that get through, and ingress from outside'),
    names: [...nodes.values()].map(nodeName),
  });
}

/** One picture; or one by namespaces, and one of what is in each. */
function plansOf(graph: AccessGraph): readonly Plan[] {
  if (!isLarge(graph)) return [{ name: 'Who may call whom', opens: undefined, graph }];
  const inner = graph.namespaces.flatMap((namespace) => {
    if (namespace.name === '') return [];
    const opens = namespaceId(namespace);
    return [{ name: namespaceName(namespace), opens, graph: collapseNamespaces(graph, opens) }];
  });
  return [{ name: 'all namespaces', opens: undefined, graph: collapseNamespaces(graph) }, ...inner];
}

/** What is known of a way in: by port what gets through and who decides, or that nothing is decided here. */
function exposureWords({ kind, label, access, details }: Exposure): readonly string[] {
  const what = kind === 'route' ? `route${label === '' ? '' : ` of ${label}`}` : `${kind} ${label}`;
  return access === undefined ? [`${what}; policies may still deny`] : [what, ...details];
}

function rowsOf(
  { edges, exposures }: AccessGraph,
  nodes: ReadonlyMap<string, GraphNode>,
  numbers: ReadonlyMap<string, number>,
): readonly CallRow[] {
  const number = (id: string) => numbers.get(id) ?? -1;
  const name = (id: string) => {
    const node = nodes.get(id);
    return node ? nodeName(node) : id;
  };
  const calls = edges.flatMap(({ from, to, standsFor, cells }) => {
    const also = standsFor.filter((id) => id !== from && numbers.has(id)).map(number);
    return cells.map(
      (cell): CallRow => ({ ...cellWords(cell), caller: name(from), from: number(from), to: number(to), also }),
    );
  });
  const ways = exposures.map((exposure): CallRow => {
    const { from, to, policies } = exposure;
    const conditions = exposureWords(exposure);
    return {
      caller: name(from),
      callee: name(to),
      conditions,
      transport: INGRESS,
      policies,
      from: number(from),
      to: number(to),
      also: [],
    };
  });
  return [...calls, ...ways].sort((a, b) => compareTexts(a.caller, b.caller) || compareTexts(a.callee, b.callee));
}
