import { visibleText } from '../../base/visible-text';
import type { GraphNode } from './access-graph';
import { shortened } from './picture-lines';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The words in a node's box. */
export interface NodeText {
  readonly name: string;
  /** Ports, or the number of workloads in a namespace; may be empty. */
  readonly below: string;
  /** mTLS modes, each a badge. */
  readonly modes: readonly string[];
}

/** Room for the padlock of a badge and its rim. */
const BADGE_EXTRA = 22;
/** A padlock without a word. */
const BADGE_ALONE = 20;
/** The recommended mode, which is drawn with the smallest badge. */
export const USUAL_MODE = 'STRICT';
/** Between the words and the badges of a node's second row. */
export const ROW_GAP = 8;

const LONGEST_NAME = 40;
const MOST_PORTS = 3;

/** The text in a node. */
export function nodeText({ label, ports, mtls, contains }: GraphNode): NodeText {
  const shown = ports
    .slice(0, MOST_PORTS)
    .map(({ port }) => port)
    .join(', ');
  const more = ports.length > MOST_PORTS ? ` +${ports.length - MOST_PORTS}` : '';
  const below = contains === undefined ? `${shown}${more}` : `${contains} ${contains === 1 ? 'workload' : 'workloads'}`;
  return {
    name: shortened(visibleText(label), LONGEST_NAME),
    below: shortened(visibleText(below), 30),
    modes: mtls.map(visibleText),
  };
}

/** How large a node is drawn. */
export function nodeSize(node: GraphNode): Size {
  const { name, below, modes } = nodeText(node);
  const row = [...(below === '' ? [] : [textWidth(below, 11)]), ...modes.map(badgeWidth)];
  const rowWidth = row.reduce((sum, width) => sum + width, 0) + Math.max(0, row.length - 1) * ROW_GAP;
  const side = node.protection === undefined ? 18 : 12;
  return {
    width: Math.ceil(Math.max(textWidth(name, 14), rowWidth, 50) + 2 * side),
    height: row.length === 0 ? 36 : 50,
  };
}

/** Width of a mode's badge: a padlock alone for the usual mode, a name for all others. */
export function badgeWidth(mode: string): number {
  return mode === USUAL_MODE ? BADGE_ALONE : Math.ceil(textWidth(mode, 10) + BADGE_EXTRA);
}

/**
 * An upper estimate of the width of a text in common system fonts, so that it always fits.
 *
 * @param size of the font in pixels
 */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const character of text)
    units += /[ -\u02ff]/.test(character) ? (/[A-Z@%mwMW]/.test(character) ? 0.72 : 0.57) : 1;
  return units * size;
}
