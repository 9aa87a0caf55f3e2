import type { LayoutGaps, LayoutNode, Point } from './layered-layout';

/** Width to height of most screens. */
const ASPECT = 1.6;

/** Places boxes in rows like words of a text, so that the whole has about the shape of a screen. */
export function shelfLayout(
  boxes: readonly LayoutNode[],
  gaps: LayoutGaps,
): { readonly width: number; readonly height: number; readonly positions: ReadonlyMap<string, Point> } {
  const area = boxes.reduce((sum, { width, height }) => sum + (width + gaps.horizontal) * (height + gaps.vertical), 0);
  const line = Math.max(Math.sqrt(area * ASPECT), ...boxes.map(({ width }) => width));
  const positions = new Map<string, Point>();
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  let widest = 0;
  for (const { id, width, height } of boxes) {
    if (x > 0 && x + width > line) {
      y += rowHeight + gaps.vertical;
      x = 0;
      rowHeight = 0;
    }
    positions.set(id, { x, y });
    widest = Math.max(widest, x + width);
    rowHeight = Math.max(rowHeight, height);
    x += width + gaps.horizontal;
  }
  return { width: widest, height: y + rowHeight, positions };
}
