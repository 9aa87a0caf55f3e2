import { type AccessGraph, byCluster, type GraphNode } from './access-graph';
import type { GraphvizTask } from './graphviz-worker';
import { nodeSize, textWidth } from './node-size';
import { linesOf, type PictureLine } from './picture-lines';

/** The input of Graphviz. It has numbers instead of names, so names cannot inject DOT. */
export interface GraphPlan extends GraphvizTask {
  readonly nodes: readonly GraphNode[];
  readonly lines: readonly PictureLine[];
  readonly boxes: readonly PlannedBox[];
  readonly undrawn: number;
}

/** A box around nodes, under its name in the plan; outer boxes come first. */
interface PlannedBox {
  readonly id: string;
  readonly name: string;
  /** Ids of the nodes in it. */
  readonly holds: ReadonlySet<string>;
  /** Space between text in it and its edge. */
  readonly beside: number;
}

/** How a plan wants its nodes placed. */
interface Arrangement {
  /** In ranks along the calls, or so that nodes that call each other are near. */
  readonly engine: 'dot' | 'neato';
  /** From left to right, as text is read, or from top to bottom, which deep graphs need. */
  readonly direction: 'LR' | 'TB';
  /** Whether there is room for words on the lines. */
  readonly labelled: boolean;
}

/** Font size of the words on lines. */
export const LABEL_SIZE = 11;

/** Above this many lines words on them take more room than the nodes. */
const MOST_LABELLED = 70;
/** Above this many nobody can follow one. */
const MOST_LINES = 200;

/** Lines go round nodes, which `dot` does by itself, and there is room between nodes for arrows. */
const AROUND_NODES = 'splines=true;overlap=false;sep="+18,18";esep="+8,8";';

const POINTS_PER_INCH = 72;
const TITLE_HEIGHT = 22;
/** Room between words on a line and the edge of a box around it: that of its namespace, and of the cluster around that. */
const BESIDE_WORDS = { namespace: 6, cluster: 12 };

/** In both directions, with words on the lines unless there are too many. */
export function labelledPlans(graph: AccessGraph): readonly GraphPlan[] {
  return DIRECTIONS.map((direction) => toPlan(graph, { engine: 'dot', direction, labelled: true }));
}

/**
 * A smaller one, without words on the lines. Namespaces that call each other in circles have no order, and ranks of them become a
 * tower: these are placed near to what they call. Not for a graph with boxes, which `neato` does not know.
 */
export function nearPlan(graph: AccessGraph): GraphPlan | undefined {
  const near = toPlan(graph, { engine: 'neato', direction: 'LR', labelled: false });
  return near.boxes.length === 0 && near.lines.length > 0 ? near : undefined;
}

const DIRECTIONS = ['LR', 'TB'] as const;

function toPlan(graph: AccessGraph, arrangement: Arrangement): GraphPlan {
  const nodes = graph.namespaces.flatMap((namespace) => namespace.nodes);
  const ids = new Map(nodes.map(({ id }, index) => [id, index]));
  const all = linesOf(graph).filter(({ from, to }) => ids.has(from) && ids.has(to));
  const lines = all.length > MOST_LINES ? [] : all;
  const labelled = arrangement.labelled && lines.length <= MOST_LABELLED;
  const direction = lines.length === 0 ? 'TB' : arrangement.direction;
  const clusters = byCluster(graph);
  const named = graph.namespaces.filter(({ name }) => name !== '');
  const spaces = new Map(named.map((namespace, index) => [namespace, `cluster_${index}`]));
  const outer = clusters.flatMap(([cluster, inside], index): readonly PlannedBox[] =>
    cluster === undefined
      ? []
      : [{ id: `cluster_c${index}`, name: cluster, holds: idsOf(inside), beside: BESIDE_WORDS.cluster }],
  );
  const boxes = [
    ...outer,
    ...named.map((one) => ({
      id: spaces.get(one) ?? '',
      name: one.name,
      holds: idsOf([one]),
      beside: BESIDE_WORDS.namespace,
    })),
  ];
  const dot = [
    `digraph{rankdir=${direction};nodesep=0.25;ranksep=0.4;remincross=true;${arrangement.engine === 'neato' ? AROUND_NODES : ''}bgcolor=transparent;node[shape=box,fixedsize=true,label=""];edge[arrowsize=0.7];`,
    ...nodes.map((node, index) => {
      const { width, height } = nodeSize(node);
      return `${index}[width=${inches(width)},height=${inches(height)}];`;
    }),
    ...clusters.flatMap(([cluster, inside], index) => {
      const own = inside.flatMap((namespace) => {
        const id = spaces.get(namespace);
        const members = namespace.nodes.map((node) => ids.get(node.id)).join(';');
        // What is in no box needs no word, except in the box of its cluster.
        if (id !== undefined) return box(id, namespace.name, members);
        return cluster === undefined || members === '' ? [] : `${members};`;
      });
      return cluster === undefined ? own : box(`cluster_c${index}`, cluster, own.join(''));
    }),
    ...(lines.length === 0 ? gridEdges(graph.namespaces, ids) : []),
    ...lines.map(({ from, to, label }, index) => {
      const words = labelled && label !== '' ? `,label=${room(textWidth(label, LABEL_SIZE) + 4, 18)}` : '';
      return `${ids.get(from)}->${ids.get(to)}[id=${index}${words}];`;
    }),
    '}',
  ].join('\n');
  return { engine: arrangement.engine, dot, nodes, lines, boxes, undrawn: all.length - lines.length };
}

function idsOf(namespaces: AccessGraph['namespaces']): ReadonlySet<string> {
  return new Set(namespaces.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
}

function box(id: string, name: string, content: string): string {
  return `subgraph ${id}{margin=14;label=${room(textWidth(name, 14), TITLE_HEIGHT)};${content}}`;
}

/** Without lines every node would be in one row: unseen ones make rows of as many nodes as there are rows, in order. */
function gridEdges(boxes: AccessGraph['namespaces'], ids: ReadonlyMap<string, number>): readonly string[] {
  return boxes.flatMap(({ nodes }) => {
    const columns = Math.ceil(Math.sqrt(nodes.length));
    return nodes
      .slice(columns)
      .map(({ id }, index) => `${ids.get(nodes[index]?.id ?? '')}->${ids.get(id)}[style=invis];`);
  });
}

/** A label of exactly this size, whatever Graphviz thinks of fonts. */
function room(width: number, height: number): string {
  const size = `WIDTH="${Math.ceil(width)}" HEIGHT="${height}"`;
  return `<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR><TD FIXEDSIZE="TRUE" ${size}></TD></TR></TABLE>>`;
}

function inches(pixels: number): string {
  return (pixels / POINTS_PER_INCH).toFixed(4);
}
