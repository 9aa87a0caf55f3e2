import { xmlText } from '../../base/xml-text';
import type { Protection } from './access-graph';
import { drawSample } from './draw-line';
import { drawBadge, PROTECTIONS, round } from './draw-node';
import { badgeWidth, textWidth } from './node-size';
import type { LineKind } from './picture-lines';
import type { PlacedGraph } from './placed-graph';

/** Rows of samples and notes, and their height. */
export interface Legend {
  readonly svg: string;
  readonly height: number;
}

interface Item {
  readonly sample: string;
  readonly sampleWidth: number;
  readonly text: string;
}

const ROW = 24;
const LINES: Readonly<Record<LineKind, string>> = {
  mtls: 'call over mTLS',
  plain: 'call without mTLS of the mesh',
  unknown: 'call whose transport is not evaluated',
  'route-open': 'route that policies allow',
  'route-closed': 'route that policies deny',
  route: 'route; policies may still deny',
};
const MODES: Readonly<Record<string, string>> = {
  STRICT: 'STRICT: mTLS only',
  PERMISSIVE: 'also accepts plain text',
  DISABLE: 'accepts plain text only',
};

/** Explains the symbols that occur in this picture. */
export function drawLegend(placed: PlacedGraph, notes: readonly string[], width: number): Legend {
  const rows = inRows(itemsOf(placed), width);
  const drawn = rows.flatMap((row, index) => {
    let x = 0;
    return row.map(({ sample, sampleWidth, text }) => {
      const group = `<g transform="translate(${round(x)} ${index * ROW})">${sample}<text x="${sampleWidth + 8}" y="12">${xmlText(text)}</text></g>`;
      x += itemWidth({ sample, sampleWidth, text });
      return group;
    });
  });
  const lines = notes.flatMap((note) => wrapped(note, width));
  const below = lines.map(
    (line, index) => `<text class="note" x="0" y="${rows.length * ROW + index * 16 + 12}">${xmlText(line)}</text>`,
  );
  return {
    svg: `<g aria-hidden="true">${drawn.join('')}${below.join('')}</g>`,
    height: rows.length * ROW + lines.length * 16,
  };
}

function itemsOf({ nodes, lines }: PlacedGraph): readonly Item[] {
  const found = new Set(nodes.map(({ node }) => node.protection));
  const protections = (Object.keys(PROTECTIONS) as Protection[]).filter((one) => found.has(one));
  const modes = [...new Set(nodes.flatMap(({ node }) => node.mtls))].filter((mode) => MODES[mode] !== undefined).sort();
  const kinds = (Object.keys(LINES) as LineKind[]).filter((kind) => lines.some(({ line }) => line.kind === kind));
  const throughWay = lines.find(({ line }) => line.isWayIn && !line.kind.startsWith('route'))?.line;
  return [
    ...protections.map((one) => ({
      sample: `<g class="node ${one}"><rect class="shape" y="1" width="24" height="15" rx="4"/></g>`,
      sampleWidth: 24,
      text: PROTECTIONS[one],
    })),
    ...modes.map((mode) => ({
      sample: drawBadge(mode, 0, 0),
      sampleWidth: badgeWidth(mode),
      text: MODES[mode] ?? '',
    })),
    ...kinds.map((kind) => ({
      sample: drawSample(kind, kind.startsWith('route')),
      sampleWidth: 34,
      text: LINES[kind],
    })),
    ...(throughWay
      ? [{ sample: drawSample(throughWay.kind, true), sampleWidth: 34, text: 'call and route from outside' }]
      : []),
    ...(lines.some(({ line, label }) => label && line.label.endsWith('*'))
      ? [{ sample: '', sampleWidth: 0, text: '* only under conditions' }]
      : []),
    ...(lines.some(({ line, label }) => label && line.label.endsWith(' ?'))
      ? [{ sample: '', sampleWidth: 0, text: '? unknown' }]
      : []),
  ];
}

function itemWidth({ sampleWidth, text }: Item): number {
  return sampleWidth + 8 + textWidth(text, 11) + 20;
}

function inRows(items: readonly Item[], width: number): readonly (readonly Item[])[] {
  const rows: Item[][] = [];
  let free = 0;
  for (const item of items) {
    const row = rows.at(-1);
    const needed = itemWidth(item);
    if (row === undefined || needed - 20 > free) {
      rows.push([item]);
      free = width - needed;
    } else {
      row.push(item);
      free -= needed;
    }
  }
  return rows;
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && textWidth(`${line} ${word}`, 11) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
