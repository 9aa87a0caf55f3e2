import { xmlText } from '../../base/xml-text';
import { round } from './draw-node';
import type { LineKind } from './picture-lines';
import type { PlacedLine, Point } from './placed-graph';

const HEAD = 9;

/**
 * A line with its arrowhead and its label.
 *
 * @param numberOf what scripts know a node by
 * @param isForPage whether scripts need to know whom it stands for
 */
export function drawLine(
  { line, curve, tip, label }: PlacedLine,
  numberOf: (id: string) => number,
  isForPage: boolean,
): string {
  const words = label ? `<text x="${round(label.x)}" y="${round(label.y + 2)}">${xmlText(line.label)}</text>` : '';
  const also = isForPage && line.standsFor.length > 0 ? ` data-also="${line.standsFor.map(numberOf).join(' ')}"` : '';
  return [
    `<g class="line ${line.kind}${line.isWayIn ? ' way-in' : ''}" data-from="${numberOf(line.from)}" data-to="${numberOf(line.to)}"${also}>`,
    `<title>${line.title.map(xmlText).join('\n')}</title>`,
    `<path class="way" d="${wayOf(curve)}"/>${head(curve.at(-1) ?? tip, tip)}${words}</g>`,
  ].join('');
}

/** A line of the legend. */
export function drawSample(kind: LineKind, isWayIn: boolean): string {
  return `<g class="line ${kind}${isWayIn ? ' way-in' : ''}"><path class="way" d="M0 8H24"/>${head({ x: 24, y: 8 }, { x: 34, y: 8 })}</g>`;
}

function wayOf([start = { x: 0, y: 0 }, ...rest]: readonly Point[]): string {
  const text = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
  return `M${text(start)}C${rest.map(text).join(' ')}`;
}

/** Drawn as a shape, not as a marker: markers are found by ids, of which a page with several pictures would have several. */
function head(base: Point, tip: Point): string {
  const length = Math.hypot(tip.x - base.x, tip.y - base.y) || 1;
  const x = (tip.x - base.x) / length;
  const y = (tip.y - base.y) / length;
  const back = { x: tip.x - x * HEAD, y: tip.y - y * HEAD };
  const side = HEAD * 0.42;
  const corner = (sign: number) => `${round(back.x - sign * y * side)} ${round(back.y + sign * x * side)}`;
  return `<path class="head" d="M${round(tip.x)} ${round(tip.y)}L${corner(1)}L${corner(-1)}z"/>`;
}
