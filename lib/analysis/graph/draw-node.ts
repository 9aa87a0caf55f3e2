import { xmlText } from '../../base/xml-text';
import { portName } from '../access/named-port';
import type { GraphNode, Protection } from './access-graph';
import { nodeName } from './node-name';
import { badgeWidth, nodeText, ROW_GAP, textWidth, USUAL_MODE } from './node-size';
import type { Box, PlacedNode } from './placed-graph';

/** The legend's text for each protection. */
export const PROTECTIONS: Readonly<Record<Protection, string>> = {
  'denied-by-default': 'only listed callers are allowed',
  open: 'open: every caller that is not denied is allowed',
  'not-enforced': 'no proxy: no policy is enforced',
};

/**
 * A node as an SVG group.
 *
 * @param number what scripts know it by
 * @param inside for a page: numbers of the nodes it stands for
 */
export function drawNode(
  { node, x, y, width, height }: PlacedNode,
  number: number,
  inside: readonly number[] | undefined,
): string {
  const { name, below, modes } = nodeText(node);
  const hasRow = below !== '' || modes.length > 0;
  const middle = round(width / 2);
  const said = describeNode(node);
  // What opens something is not pressed.
  const pressed = node.contains === undefined ? ' aria-pressed="false"' : ` data-inside="${inside?.join(' ')}"`;
  const reachable = inside ? ` tabindex="0" role="button" aria-label="${xmlText(said)}"${pressed}` : '';
  return [
    `<g class="node ${node.protection ?? node.kind}" data-node="${number}"${reachable} transform="translate(${round(x)} ${round(y)})">`,
    `<title>${xmlText(said)}</title>`,
    shape(node, { x: 0, y: 0, width, height }),
    `<text class="name" x="${middle}" y="${hasRow ? 20 : round(height / 2 + 5)}">${xmlText(name)}</text>`,
    ...(hasRow ? secondRow(below, modes, width) : []),
    '</g>',
  ].join('');
}

/** A node in words, for tooltips and screen readers. */
function describeNode(node: GraphNode): string {
  const { protection, mtls, contains, ports } = node;
  const parts = [
    nodeName(node),
    ...(contains === undefined ? [] : [contains === 1 ? '1 workload' : `${contains} workloads`]),
    ...(ports.length === 0 ? [] : [`ports ${ports.map(portName).join(', ')}`]),
    ...mtls.map((mode) => `mTLS ${mode}`),
    ...(protection ? [PROTECTIONS[protection]] : []),
  ];
  return parts.join('; ');
}

/** The badge of an mTLS mode: a closed padlock and an outline for STRICT, an open one and a filled ground for all others. */
export function drawBadge(mode: string, x: number, y: number): string {
  const strict = mode === USUAL_MODE;
  const bow = strict ? 'M4 7V5a3 3 0 0 1 6 0v2' : 'M4 7V4a3 3 0 0 1 5.5-1.6';
  return [
    `<g class="badge${strict ? '' : ' loose'}" transform="translate(${round(x)} ${y})">`,
    `<rect width="${badgeWidth(mode)}" height="16" rx="8"/>`,
    `<path transform="translate(3 1.5)" d="${bow}M3 7h8v5H3z"/>`,
    ...(strict ? [] : [`<text x="18" y="12">${xmlText(mode)}</text>`]),
    '</g>',
  ].join('');
}

function secondRow(below: string, modes: readonly string[], width: number): readonly string[] {
  const textRoom = below === '' ? 0 : textWidth(below, 11);
  const badges = modes.map(badgeWidth);
  const parts = badges.length + (below === '' ? 0 : 1);
  const total = textRoom + badges.reduce((sum, one) => sum + one, 0) + (parts - 1) * ROW_GAP;
  let x = (width - total) / 2;
  const drawn: string[] = [];
  if (below !== '') {
    drawn.push(`<text class="below" x="${round(x + textRoom / 2)}" y="39">${xmlText(below)}</text>`);
    x += textRoom + ROW_GAP;
  }
  for (const [index, mode] of modes.entries()) {
    drawn.push(drawBadge(mode, x, 27));
    x += (badges[index] ?? 0) + ROW_GAP;
  }
  return drawn;
}

/** Services have corners, callers are round, gateways pointed, namespaces stacked. */
function shape({ kind, protection }: GraphNode, { width, height }: Box): string {
  if (kind === 'gateway') {
    const tip = 10;
    const half = round(height / 2);
    return `<path class="shape" d="M${tip} 0H${width - tip}L${width} ${half}L${width - tip} ${height}H${tip}L0 ${half}z"/>`;
  }
  const stack =
    kind === 'namespace' ? `<rect class="shape" x="4" y="4" width="${width}" height="${height}" rx="7"/>` : '';
  const radius = protection === undefined && kind !== 'namespace' ? round(height / 2) : 7;
  return `${stack}<rect class="shape" width="${width}" height="${height}" rx="${radius}"/>`;
}

/** Rounds coordinates to a tenth of a pixel, so that the same picture has the same bytes. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
