import type { Point } from './layered-layout';

/** An upright rectangle. */
export interface Area extends Point {
  readonly width: number;
  readonly height: number;
}

/** Places along a line's last stretch where its words may stand, best first: past the middle, where lines have parted. */
const PLACES = [0.6, 0.5, 0.7, 0.4, 0.8, 0.3];

const CHARACTER = 6.2;
const HEIGHT = 13;

/** Finds places for the words on lines, so that they hide neither each other nor a node. */
export class LabelPlacement {
  private readonly taken: Area[];

  public constructor(nodes: Iterable<Area>) {
    this.taken = [...nodes];
  }

  /** The middle of the baseline of a text on the curve from one point to another. */
  public place(text: string, from: Point, to: Point): Point {
    const width = text.length * CHARACTER;
    const areas = PLACES.map((t) => areaAround(onCurve(from, to, t), width));
    const free = areas.find((area) => !this.taken.some((other) => overlap(area, other))) ?? areas[0];
    if (free === undefined) return to;
    this.taken.push(free);
    return { x: Math.round(free.x + width / 2), y: Math.round(free.y + HEIGHT - 3) };
  }
}

/** A point of the cubic curve that leaves and arrives horizontally, its control points half-way between the ends. */
function onCurve(from: Point, to: Point, t: number): Point {
  const half = (from.x + to.x) / 2;
  const mix = (a: number, b: number, c: number, d: number) =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  return { x: mix(from.x, half, half, to.x), y: mix(from.y, from.y, to.y, to.y) };
}

function areaAround({ x, y }: Point, width: number): Area {
  return { x: x - width / 2, y: y - HEIGHT + 1, width, height: HEIGHT };
}

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
