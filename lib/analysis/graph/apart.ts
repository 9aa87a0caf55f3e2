import type { Box, PlacedLine, PlacedNode, Point } from './placed-graph';

/** How far from the middle between two lines each of them is drawn. */
const ASIDE = 5;

/** How far an end moves at most along the side of its node. */
const MOST_ALONG = 12;

/**
 * Separates the lines of both directions between two nodes. `neato` draws them on top of each other, so one would hide
 * how the other is protected.
 */
export function apart(lines: readonly PlacedLine[], nodes: readonly PlacedNode[]): readonly PlacedLine[] {
  const boxes = new Map(nodes.map((placed): [string, Box] => [placed.node.id, placed]));
  const ways = new Set(lines.map(({ line }) => `${line.from}\n${line.to}`));
  return lines.map((placed) => {
    const { line, curve, tip } = placed;
    const [start, ...rest] = curve;
    const [from, to] = [boxes.get(line.from), boxes.get(line.to)];
    if (!start || !from || !to || !ways.has(`${line.to}\n${line.from}`)) return placed;
    const length = Math.hypot(tip.x - start.x, tip.y - start.y) || 1;
    const aside = { x: -((tip.y - start.y) / length) * ASIDE, y: ((tip.x - start.x) / length) * ASIDE };
    const atEnd = along(tip, to, aside);
    const inner = rest.map((point, index) => moved(point, index === rest.length - 1 ? atEnd : aside));
    return { ...placed, curve: [moved(start, along(start, from, aside)), ...inner], tip: moved(tip, atEnd) };
  });
}

/** How far a line's end moves on the side of its node, so that it still touches it. */
function along({ x, y }: Point, { x: left, y: top, width, height }: Box, aside: Point): Point {
  const isBeside =
    Math.min(Math.abs(x - left), Math.abs(x - left - width)) < Math.min(Math.abs(y - top), Math.abs(y - top - height));
  return isBeside
    ? { x: 0, y: within(y + slide(aside.y), top, top + height) - y }
    : { x: within(x + slide(aside.x), left, left + width) - x, y: 0 };
}

/** A line that is not at a right angle to the side moves further along it than it moves aside. */
function slide(part: number): number {
  return part === 0 ? 0 : Math.sign(part) * Math.min(MOST_ALONG, ASIDE ** 2 / Math.abs(part));
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function moved(point: Point, by: Point): Point {
  return { x: point.x + by.x, y: point.y + by.y };
}
