import { field, isObject, type JsonObject, listAt, textAt } from '../../base/json';
import type { AccessGraph } from './access-graph';
import { apart } from './apart';
import { type GraphPlan, LABEL_SIZE, labelledPlans, nearPlan } from './graph-plan';
import { placeWithGraphviz } from './graphviz';
import type { GraphvizResult } from './graphviz-worker';
import { nodeSize, type Size, textWidth } from './node-size';
import type { Box, PlacedGraph, PlacedLine, PlacedNode, Point } from './placed-graph';

/** The largest picture, as the width of the screen that holds it, whose words can be read when all of it is shown. */
const LARGEST_READABLE = 1600;

/** A picture, or why there is none. */
type Placed = PlacedGraph | { readonly problem: string };

/**
 * Computes the layout of graphs; where Graphviz fails, the result is the problem.
 *
 * @param graphs each for a picture of its own
 */
export async function placeGraphs(graphs: readonly AccessGraph[]): Promise<readonly Placed[]> {
  const labelled = await placeEach(graphs.map((graph) => labelledPlans(graph)));
  const isTooLarge = (placed: Placed | undefined) =>
    placed !== undefined && 'nodes' in placed && screenWidth(placed) > LARGEST_READABLE;
  const others = await placeEach(
    graphs.map((graph, index) => {
      const near = isTooLarge(labelled[index]) ? nearPlan(graph) : undefined;
      return near === undefined ? [] : [near];
    }),
  );
  return labelled.map((first = NOTHING, index) => {
    const second = others[index];
    if (second === undefined || 'problem' in second || 'problem' in first) return first;
    // Labels are worth more than room that does not suffice anyway.
    const hadLabels = first.lines.some(({ label }) => label !== undefined);
    return screenWidth(second) < (hadLabels ? LARGEST_READABLE : screenWidth(first)) ? second : first;
  });
}

const NOTHING = { problem: 'nothing came back' };

/** For each graph the smallest of its pictures. */
async function placeEach(plans: readonly (readonly GraphPlan[])[]): Promise<readonly (Placed | undefined)[]> {
  const all = plans.flat();
  const results = all.length === 0 ? [] : await placeWithGraphviz(all);
  const placed = new Map(
    all.map((plan, index): [GraphPlan, Placed] => {
      const result: GraphvizResult = results[index] ?? NOTHING;
      return [plan, 'json' in result ? readPlaces(plan, JSON.parse(result.json)) : result];
    }),
  );
  return plans.map((tries) => {
    const done = tries.map((plan) => placed.get(plan) ?? NOTHING);
    const fitting = done.filter((one) => 'nodes' in one).sort((a, b) => screenWidth(a) - screenWidth(b));
    return fitting[0] ?? done[0];
  });
}

/** Width of the smallest screen of the usual shape that holds the picture. */
function screenWidth({ width, height }: Size): number {
  return Math.max(width, height * 1.5);
}

function readPlaces(plan: GraphPlan, json: JsonObject): PlacedGraph {
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
  return {
    width,
    height,
    nodes,
    boxes: withWords(plan, boxes, nodes, lines, width),
    lines: plan.engine === 'neato' ? apart(lines, nodes) : lines,
    undrawn: plan.undrawn,
  };
}

/**
 * Graphviz leaves words on the lines inside of a box out of its width, and they would stand across its edge: the box becomes as wide as
 * they need, unless it would then touch what is not in it or leave the box around it.
 *
 * @param most width of the picture, which stays
 */
function withWords(
  plan: GraphPlan,
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
