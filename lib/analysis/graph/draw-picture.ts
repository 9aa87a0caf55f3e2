import { xmlText } from '../../base/xml-text';
import type { AccessGraph } from './access-graph';
import { drawLegend } from './draw-legend';
import { drawLine } from './draw-line';
import { drawNode, round } from './draw-node';
import type { PlacedGraph } from './placed-graph';

/** How a picture is embedded. */
export interface PictureOptions {
  /** Text alternative of the picture. */
  readonly title: string;
  /** Styles to include; empty in a page that already has them. */
  readonly style: string;
  /** Numbers of the nodes for scripts, by their ids. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Sentences below the picture. */
  readonly notes: readonly string[];
  /**
   * For a page: nodes are focusable, and carry the numbers of the nodes that they represent.
   *
   * @default - an image without parts
   */
  readonly inside?: ReadonlyMap<string, readonly number[]>;
}

const MARGIN = 16;
const NARROWEST = 420;

/** A laid-out graph as a self-contained SVG element. */
export function drawPicture(placed: PlacedGraph, { title, style, numbers, notes, inside }: PictureOptions): string {
  const number = (id: string) => numbers.get(id) ?? -1;
  const inner = Math.max(placed.width, NARROWEST);
  const legend = drawLegend(placed, notes, inner);
  const width = Math.ceil(inner + 2 * MARGIN);
  const height = Math.ceil(placed.height + legend.height + 3 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="picture" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="${inside ? 'group' : 'img'}" aria-label="${xmlText(title)}">`,
    ...(style === '' ? [] : [`<style>${style}</style>`]),
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<g class="drawing" transform="translate(${MARGIN} ${MARGIN})">`,
    ...placed.boxes.map(
      ({ x, y, width: w, height: h }) =>
        `<rect class="box" x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" rx="10"/>`,
    ),
    ...placed.nodes.map((node) => drawNode(node, number(node.node.id), inside && (inside.get(node.node.id) ?? []))),
    // Above the nodes, whose second edge would hide the heads of arrows.
    ...placed.lines.map((line) => drawLine(line, number, inside !== undefined)),
    // Above the lines, which Graphviz leads through the names of boxes.
    ...placed.boxes.map(
      ({ name, x, y }) => `<text class="box-name" x="${round(x + 12)}" y="${round(y + 22)}">${xmlText(name)}</text>`,
    ),
    '</g>',
    `<g transform="translate(${MARGIN} ${round(placed.height + 2 * MARGIN)})">${legend.svg}</g>`,
    '</svg>',
    '',
  ].join('\n');
}

/** What the picture leaves out, in sentences. */
export function notesOf({ leftOut, unknown }: AccessGraph, { undrawn, lines }: PlacedGraph): readonly string[] {
  return [
    ...unlabelledNote(lines),
    ...(unknown === undefined ? [] : [`Some calls are unknown: ${unknown}.`]),
    ...(undrawn === 0 ? [] : [`${undrawn} lines are not drawn, because the picture would be unreadable.`]),
    ...(leftOut.length === 0
      ? []
      : [`Not drawn, because no policy allows them a call in either direction: ${leftOut.join(', ')}.`]),
  ];
}

/** Lines without words look as if they held always: how many do not. */
function unlabelledNote(lines: PlacedGraph['lines']): readonly string[] {
  const bare = lines.filter(({ line, label }) => label === undefined && line.label !== '');
  if (bare.length === 0) return [];
  const marked = (mark: string) => bare.filter(({ line }) => line.label.endsWith(mark)).length;
  const counts = [
    [marked(' *'), 'allowed only on conditions'],
    [marked(' ?'), 'unknown'],
  ] as const;
  const words = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${what}: ${count}`]));
  const which = words.length === 0 ? '' : ` Of ${bare.length} lines, ${words.join(', ')}.`;
  return [`Lines are drawn without labels, for lack of room.${which}`];
}
