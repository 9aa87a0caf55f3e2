import { field, isObject, type JsonObject, listAt, textAt } from '../../base/json';
import { type AccessGraph, byCluster, type GraphNode } from './access-graph';
import { placeWithGraphviz } from './graphviz';
import type { GraphvizResult } from './graphviz-worker';
import { nodeSize, type Size, textWidth } from './node-size';
import { linesOf, type PictureLine } from './picture-lines';

/** A place in the picture; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle with its top left corner. */
export interface Box extends Point, Size {}

/** A node with its place. */
export interface PlacedNode extends Box {
  readonly node: GraphNode;
}

/** A line with its way. */
export interface PlacedLine {
  readonly line: PictureLine;
  /** The start, then three points for each cubic curve. */
  readonly curve: readonly Point[];
  /** Where the arrow's point is. */
  readonly tip: Point;
  /** The middle of its words; undefined if it has none. */
  readonly label: Point | undefined;
}

/** A picture's parts with their places. */
export interface PlacedGraph extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly boxes: readonly (Box & { readonly name: string })[];
  readonly lines: readonly PlacedLine[];
  /** How many lines are not drawn because there are too many to follow one. */
  readonly undrawn: number;
}

/** Above this many lines words on them take more room than the nodes. */
const MOST_LABELLED = 70;
/** Above this many nobody can follow one. */
const MOST_LINES = 200;

const POINTS_PER_INCH = 72;
const LABEL_SIZE = 11;
const TITLE_HEIGHT = 22;
/** Room between words on a line and the edge of a box around it: that of its namespace, and of the cluster around that. */
const BESIDE_WORDS = { namespace: 6, cluster: 12 };

/**
 * Places graphs; where Graphviz fails there is its problem instead.
 *
 * @param graphs each for a picture of its own
 */
export async function placeGraphs(
  graphs: readonly AccessGraph[],
): Promise<readonly (PlacedGraph | { readonly problem: string })[]> {
  const plans = graphs.flatMap((graph) => DIRECTIONS.map((direction) => toPlan(graph, direction)));
  const results = await placeWithGraphviz(plans.map(({ dot }) => dot));
  const placed = plans.map((plan, index) => {
    const result: GraphvizResult = results[index] ?? { problem: 'nothing came back' };
    return 'json' in result ? readPlaces(plan, JSON.parse(result.json)) : result;
  });
  return graphs.map((_, index) => {
    const tries = placed.slice(index * DIRECTIONS.length, (index + 1) * DIRECTIONS.length);
    const fitting = tries.filter((one) => 'nodes' in one).sort((a, b) => screenWidth(a) - screenWidth(b));
    return fitting[0] ?? tries[0] ?? { problem: 'nothing came back' };
  });
}

/** From left to right, as text is read, and from top to bottom, which deep graphs need. */
const DIRECTIONS = ['LR', 'TB'] as const;

/** Width of the smallest screen of the usual shape that holds the picture. */
function screenWidth({ width, height }: Size): number {
  return Math.max(width, height * 1.5);
}

/** What is given to Graphviz, which knows nodes and lines by number only: names cannot become DOT. */
interface Plan {
  readonly dot: string;
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
  /** Room between words in it and its edge. */
  readonly beside: number;
}

function toPlan(graph: AccessGraph, direction: (typeof DIRECTIONS)[number]): Plan {
  const nodes = graph.namespaces.flatMap((namespace) => namespace.nodes);
  const ids = new Map(nodes.map(({ id }, index) => [id, index]));
  const all = linesOf(graph).filter(({ from, to }) => ids.has(from) && ids.has(to));
  const lines = all.length > MOST_LINES ? [] : all;
  const labelled = lines.length <= MOST_LABELLED;
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
    `digraph{rankdir=${lines.length === 0 ? 'TB' : direction};nodesep=0.25;ranksep=0.4;remincross=true;bgcolor=transparent;node[shape=box,fixedsize=true,label=""];edge[arrowsize=0.7];`,
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
  return { dot, nodes, lines, boxes, undrawn: all.length - lines.length };
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

function readPlaces(plan: Plan, json: JsonObject): PlacedGraph {
  const [, , width = 0, height = 0] = numbers(textAt(json, 'bb'));
  const flip = ({ x, y }: Point): Point => ({ x, y: height - y });
  const at = (text: string | undefined): Point | undefined => {
    const [x, y] = numbers(text);
    return x === undefined || y === undefined ? undefined : flip({ x, y });
  };
  const objects = listAt(json, 'objects').filter(isObject);
  const named = new Map(objects.map((object) => [textAt(object, 'name') ?? '', object]));
  const nodes = plan.nodes.map((node, index): PlacedNode => {
    const size = nodeSize(node);
    const middle = at(textAt(named.get(String(index)), 'pos')) ?? { x: 0, y: 0 };
    return { node, ...size, x: middle.x - size.width / 2, y: middle.y - size.height / 2 };
  });
  const boxes = plan.boxes.map(({ id, name }) => {
    const [left = 0, bottom = 0, right = 0, top = 0] = numbers(textAt(named.get(id), 'bb'));
    return { name, x: left, y: height - top, width: right - left, height: top - bottom };
  });
  const lines = listAt(json, 'edges')
    .filter(isObject)
    .flatMap((edge): readonly PlacedLine[] => {
      const line = plan.lines[Number(textAt(edge, 'id') ?? field(edge, 'id'))];
      const [tip, ...curve] = readSpline(textAt(edge, 'pos') ?? '').map(flip);
      return line === undefined || tip === undefined ? [] : [{ line, curve, tip, label: at(textAt(edge, 'lp')) }];
    });
  return { width, height, nodes, boxes: withWords(plan, boxes, nodes, lines, width), lines, undrawn: plan.undrawn };
}

/**
 * Graphviz leaves words on the lines inside of a box out of its width, and they would stand across its edge: the box becomes as wide as
 * they need, unless it would then touch what is not in it or leave the box around it.
 *
 * @param most width of the picture, which stays
 */
function withWords(
  plan: Plan,
  placed: PlacedGraph['boxes'],
  nodes: readonly PlacedNode[],
  lines: readonly PlacedLine[],
  most: number,
): PlacedGraph['boxes'] {
  const boxes = [...placed];
  for (const [index, { holds, beside }] of plan.boxes.entries()) {
    const before = boxes[index];
    if (before === undefined) continue;
    const inside = lines.filter(({ line }) => holds.has(line.from) && holds.has(line.to));
    const words = inside.flatMap(({ line, label }) =>
      label === undefined ? [] : [{ x: label.x, half: textWidth(line.label, LABEL_SIZE) / 2 + beside }],
    );
    const left = Math.min(before.x, Math.max(0, Math.min(...words.map(({ x, half }) => x - half))));
    const end = before.x + before.width;
    const right = Math.max(end, Math.min(most, Math.max(...words.map(({ x, half }) => x + half))));
    const after = { ...before, x: left, width: right - left };
    const others = boxes.filter((other) => other !== before);
    const stays =
      !nodes.some((other) => !holds.has(other.node.id) && overlap(other, after)) &&
      others.every((other) => overlap(other, before) === overlap(other, after)) &&
      others.every((other) => !contains(other, before) || contains(other, after));
    if (stays) boxes[index] = after;
  }
  return boxes;
}

function contains(outer: Box, inner: Box): boolean {
  return outer.x <= inner.x && inner.x + inner.width <= outer.x + outer.width && overlap(outer, inner);
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** `e,x,y x,y x,y …`: the arrow's tip, then the curve. */
function readSpline(text: string): readonly Point[] {
  return text.split(' ').map((part) => {
    const [x = 0, y = 0] = numbers(part.replace(/^[es],/, ''));
    return { x, y };
  });
}

function numbers(text: string | undefined): readonly number[] {
  return text === undefined ? [] : text.split(',').map(Number);
}
