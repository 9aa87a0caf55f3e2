import { portName } from '../access/destinations';
import type { AccessGraph, GraphNode } from './access-graph';
import { type Layout, type LayoutEdge, layeredLayout, type Point } from './layered-layout';
import { shelfLayout } from './shelf-layout';

/** A node with its place in the picture. */
export interface PlacedNode extends Point {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
}

/** A namespace's box. */
export interface PlacedBox extends Point {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A picture's parts with their places; coordinates begin at 0. */
export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly boxes: readonly PlacedBox[];
  /** Whether there are so many arrows that they can only be told apart one node at a time. */
  readonly dense: boolean;
  /** The points a line from one node to another runs through, from its start to its end. */
  pathOf(from: string, to: string): readonly Point[];
}

const NODE_HEIGHT = 44;
const BOX_PADDING = 18;
const BOX_HEADER = 26;

/** Width of text in the picture's font; a little too much does not hurt. */
const CHARACTER = 7.4;

/** Room for the words on arrows. */
const WIDE = { horizontal: 190, vertical: 26 };
const NARROW = { horizontal: 90, vertical: 12 };

/** Above this many arrows words on them would hide each other, and lines between namespaces everything else. */
const MOST_LABELLED = 60;

/** Places each namespace's nodes in a box of its own, and the boxes by who calls whom between them, or in rows if they are many. */
export function placeGraph({ namespaces, edges, exposures }: AccessGraph): PlacedGraph {
  const lines = [...edges, ...exposures].map(({ from, to }): LayoutEdge => ({ from, to }));
  const dense = lines.length > MOST_LABELLED;
  const gaps = dense ? NARROW : WIDE;
  const home = new Map(
    namespaces.flatMap(({ name, nodes }) => nodes.map((node) => [node.id, boxId(name, node)] as const)),
  );
  const inner = new Map<
    string,
    { readonly layout: Layout; readonly nodes: readonly GraphNode[]; readonly name: string }
  >();
  for (const { name, nodes } of namespaces) {
    for (const id of new Set(nodes.map((node) => boxId(name, node)))) {
      const members = nodes.filter((node) => boxId(name, node) === id);
      const boxes = members.map((node) => ({ id: node.id, width: nodeWidth(node), height: NODE_HEIGHT }));
      const own = lines.filter(({ from, to }) => home.get(from) === id && home.get(to) === id);
      inner.set(id, { layout: layeredLayout(boxes, own, gaps), nodes: members, name });
    }
  }
  const sizes = [...inner].map(([id, { layout, name }]) => ({
    id,
    width: layout.width + (name === '' ? 0 : 2 * BOX_PADDING),
    height: layout.height + (name === '' ? 0 : 2 * BOX_PADDING + BOX_HEADER),
  }));
  const between = lines.map(({ from, to }) => ({ from: home.get(from) ?? '', to: home.get(to) ?? '' }));
  const outer = dense ? shelfLayout(sizes, { horizontal: 50, vertical: 50 }) : layeredLayout(sizes, between, gaps);
  return assemble(inner, outer, dense);
}

/** Nodes without a namespace stand on their own. */
function boxId(namespace: string, node: GraphNode): string {
  return namespace === '' ? ` ${node.id}` : namespace;
}

function nodeWidth({ label, ports, mtls }: GraphNode): number {
  const below = [ports.map(portName).join(', '), ...mtls].join(' ');
  return Math.ceil(Math.max(label.length * CHARACTER, below.length * CHARACTER * 0.8, 60)) + 24;
}

function assemble(
  inner: ReadonlyMap<string, { readonly layout: Layout; readonly nodes: readonly GraphNode[]; readonly name: string }>,
  outer: Pick<Layout, 'width' | 'height' | 'positions'>,
  dense: boolean,
): PlacedGraph {
  const nodes = new Map<string, PlacedNode>();
  const boxes: PlacedBox[] = [];
  const bends = new Map<string, readonly Point[]>();
  for (const [id, { layout, nodes: members, name }] of inner) {
    const corner = outer.positions.get(id) ?? { x: 0, y: 0 };
    const origin = name === '' ? corner : { x: corner.x + BOX_PADDING, y: corner.y + BOX_PADDING + BOX_HEADER };
    const shift = ({ x, y }: Point) => ({ x: x + origin.x, y: y + origin.y });
    for (const node of members) {
      const at = shift(layout.positions.get(node.id) ?? { x: 0, y: 0 });
      nodes.set(node.id, { node, ...at, width: nodeWidth(node), height: NODE_HEIGHT });
    }
    for (const [{ from, to }, points] of layout.bends) bends.set(`${from}\n${to}`, points.map(shift));
    if (name !== '') {
      const height = layout.height + 2 * BOX_PADDING + BOX_HEADER;
      boxes.push({ name, ...corner, width: layout.width + 2 * BOX_PADDING, height });
    }
  }
  return {
    width: outer.width,
    height: outer.height,
    nodes,
    boxes,
    dense,
    pathOf: (from, to) => pathOf(nodes, bends, from, to),
  };
}

function pathOf(
  nodes: ReadonlyMap<string, PlacedNode>,
  bends: ReadonlyMap<string, readonly Point[]>,
  from: string,
  to: string,
): readonly Point[] {
  const start = nodes.get(from);
  const end = nodes.get(to);
  if (start === undefined || end === undefined) return [];
  const middle = (node: PlacedNode, right: boolean) => ({
    x: node.x + (right ? node.width : 0),
    y: node.y + node.height / 2,
  });
  const forward = start.x + start.width <= end.x;
  const between = bends.get(`${from}\n${to}`) ?? [];
  return [middle(start, forward), ...(forward ? between : [...between].reverse()), middle(end, !forward)];
}
