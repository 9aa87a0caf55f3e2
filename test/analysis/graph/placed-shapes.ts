/** A rectangle with its top left corner. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line of a picture: whom it joins, and many points of it. */
export interface DrawnLine {
  readonly from: string;
  readonly to: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Where a picture's nodes are, by their numbers. */
export function nodesOf(svg: string): ReadonlyMap<string, Area> {
  const found = svg.matchAll(
    /data-node="(\d+)"[^>]* transform="translate\(([\d.-]+) ([\d.-]+)\)"[\s\S]*?(?:<rect class="shape" width="([\d.]+)" height="([\d.]+)"|d="M10 0H[\d.]+L([\d.]+) [\d.]+L[\d.]+ ([\d.]+)H)/g,
  );
  return new Map(
    [...found].map(([, number = '', x, y, w, h, w2, h2]) => [
      number,
      { x: Number(x), y: Number(y), width: Number(w ?? w2), height: Number(h ?? h2) },
    ]),
  );
}

/** A picture's lines, each as points close to one another. */
export function linesOf(svg: string): readonly DrawnLine[] {
  const found = svg.matchAll(/data-from="(\d+)" data-to="(\d+)"[\s\S]*?<path class="way" d="M([^"]+)"/g);
  return [...found].map(([, from = '', to = '', way = '']) => {
    const numbers = way.split(/[C ]/).map(Number);
    const at = (index: number) => ({ x: numbers[2 * index] ?? 0, y: numbers[2 * index + 1] ?? 0 });
    const points = Array.from({ length: (numbers.length / 2 - 1) / 3 }, (_, curve) =>
      Array.from({ length: 20 }, (__, step) =>
        onCurve(
          [0, 1, 2, 3].map((i) => at(3 * curve + i)),
          step / 19,
        ),
      ),
    );
    return { from, to, points: points.flat() };
  });
}

function onCurve(points: readonly { readonly x: number; readonly y: number }[], t: number) {
  const weights = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
  const sum = (of: (point: { readonly x: number; readonly y: number }) => number) =>
    points.reduce((total, point, index) => total + of(point) * (weights[index] ?? 0), 0);
  return { x: sum(({ x }) => x), y: sum(({ y }) => y) };
}

/** Whether two rectangles have a point in common. */
export function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
