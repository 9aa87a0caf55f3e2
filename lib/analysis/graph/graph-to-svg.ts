import { escapeHtml } from '../../base/escape-html';
import { portName } from '../access/destinations';
import type { AccessGraph, GraphNode } from './access-graph';
import type { Exposure } from './exposure';
import type { GraphEdge } from './graph-edges';
import { type PlacedGraph, type PlacedNode, placeGraph } from './graph-layout';
import { LabelPlacement } from './label-placement';
import type { Point } from './layered-layout';

const MARGIN = 24;

/** Height of the line that says what colours and strokes mean. */
const LEGEND = 40;

/**
 * The graph as an SVG picture without outside references. Nodes and arrows carry `data-` attributes, by which the HTML
 * page highlights them.
 */
export function graphToSvg(graph: AccessGraph): string {
  const placed = placeGraph(graph);
  const draw = new ArrowDrawing(placed);
  const width = Math.max(placed.width, 760) + 2 * MARGIN;
  const height = placed.height + 2 * MARGIN + LEGEND;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Who may call whom">`,
    `<style>${STYLE}</style>`,
    `<defs>${['mtls', 'plain', 'route'].map(marker).join('')}</defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    legend(),
    `<g${placed.dense ? ' class="dense"' : ''} transform="translate(${MARGIN} ${MARGIN + LEGEND})">`,
    ...placed.boxes.map(({ name, x, y, width: w, height: h }) => {
      return `<rect class="box" x="${x}" y="${y}" width="${w}" height="${h}" rx="10"/><text class="box-name" x="${x + 14}" y="${y + 24}">${escapeHtml(name)}</text>`;
    }),
    ...graph.edges.map((edge) => draw.edge(edge)),
    ...graph.exposures.map((exposure) => draw.exposure(exposure)),
    ...[...placed.nodes.values()].map(nodeToSvg),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const COLOURS = { mtls: '#37474f', plain: '#c62828', route: '#1565c0' } as const;

const STYLE = [
  'text{font-family:system-ui,-apple-system,"DejaVu Sans",sans-serif;font-size:13px;fill:#263238}',
  '.paper{fill:#fff}',
  '.box{fill:#fafafa;stroke:#cfd8dc}',
  '.box-name{font-weight:600;fill:#546e7a}',
  '.node rect{fill:#eceff1;stroke:#607d8b;stroke-width:1.2}',
  '.node.denied-by-default rect{fill:#e8f5e9;stroke:#2e7d32}',
  '.node.open rect{fill:#fff3e0;stroke:#ef6c00;stroke-width:2}',
  '.node.not-enforced rect{fill:#ffebee;stroke:#c62828;stroke-dasharray:5 3}',
  '.node text{text-anchor:middle}',
  '.node .small{font-size:10.5px;fill:#607d8b}',
  '.edge path{fill:none;stroke-width:1.3}',
  '.edge text{font-size:10.5px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3.5px;stroke-linejoin:round}',
  ...Object.entries(COLOURS).map(([name, colour]) => `.${name} path{stroke:${colour}}#${name} path{fill:${colour}}`),
  '.plain path{stroke-dasharray:5 3}',
  '.route path{stroke-width:2.4}',
  '.dense .edge path{stroke-opacity:.45}.dense .edge.far path{stroke-opacity:.1}',
].join('');

function marker(name: string): string {
  return `<marker id="${name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z"/></marker>`;
}

function legend(): string {
  const items: readonly (readonly [string, string])[] = [
    ['denied-by-default', 'only who is named'],
    ['open', 'whoever is not denied'],
    ['not-enforced', 'no proxy, no policy'],
  ];
  const boxes = items.map(
    ([name, text], index) =>
      `<g class="node ${name}" transform="translate(${[0, 170, 350][index]} 0)"><rect width="22" height="16" rx="4"/><text x="30" y="13" style="text-anchor:start">${text}</text></g>`,
  );
  const lines = Object.keys(COLOURS).map((name, index) => {
    const text = { mtls: 'mTLS', plain: 'no mTLS', route: 'from outside' }[name];
    return `<g class="edge ${name}" transform="translate(0 0)"><path d="M${index * 110} 8h30" marker-end="url(#${name})"/><text x="${index * 110 + 36}" y="12" style="text-anchor:start;font-size:13px">${text}</text></g>`;
  });
  return `<g transform="translate(${MARGIN} ${MARGIN - 8})">${boxes.join('')}<g transform="translate(0 22)">${lines.join('')}</g></g>`;
}

function nodeToSvg({ node, x, y, width, height }: PlacedNode): string {
  const below = [node.ports.map(portName).join(', '), ...node.mtls].filter((text) => text !== '').join(' · ');
  const middle = `x="${width / 2}"`;
  const round = node.protection === undefined ? height / 2 : 7;
  const second = below === '' ? '' : `<text class="small" ${middle} y="34">${escapeHtml(below)}</text>`;
  return [
    `<g class="node ${node.protection ?? node.kind}" data-node="${escapeHtml(node.id)}" transform="translate(${x} ${y})">`,
    `<title>${escapeHtml(describeNode(node))}</title>`,
    `<rect width="${width}" height="${height}" rx="${round}"/>`,
    `<text ${middle} y="${below === '' ? 27 : 19}">${escapeHtml(node.label)}</text>${second}</g>`,
  ].join('');
}

function describeNode({ id, protection, mtls }: GraphNode): string {
  const said = {
    'denied-by-default': 'denied by default',
    open: 'open by default',
    'not-enforced': 'no policy is enforced',
  };
  return [id, ...(protection ? [said[protection]] : []), ...mtls].join('\n');
}

/** Draws arrows and finds places for their words, one after another. */
class ArrowDrawing {
  private readonly labels: LabelPlacement;

  public constructor(private readonly placed: PlacedGraph) {
    this.labels = new LabelPlacement(placed.nodes.values());
  }

  public edge({ from, to, label, access, detail, transport }: GraphEdge): string {
    const text = access === 'conditional' ? `${label} …` : label;
    return this.arrow(transport === 'mutual-tls' ? 'mtls' : 'plain', from, to, text, `${from} → ${detail}`);
  }

  public exposure({ from, to, kind, label }: Exposure): string {
    const text = label === '' ? '' : kind === 'route' ? label : `${kind} ${label}`;
    return this.arrow('route', from, to, text, `${from} → ${to} ${text}`);
  }

  private arrow(name: string, from: string, to: string, label: string, title: string): string {
    const points = this.placed.pathOf(from, to);
    const [before, last] = points.slice(-2);
    if (before === undefined || last === undefined) return '';
    const ends = `data-from="${escapeHtml(from)}" data-to="${escapeHtml(to)}"`;
    const shown = this.placed.dense ? '' : shortened(label);
    const at = this.labels.place(shown, before, last);
    const text = shown === '' ? '' : `<text x="${at.x}" y="${at.y}">${escapeHtml(shown)}</text>`;
    const far = this.namespaceOf(from) === this.namespaceOf(to) ? '' : ' far';
    return `<g class="edge ${name}${far}" ${ends}><title>${escapeHtml(title)}</title><path d="${curve(points)}" marker-end="url(#${name})"/>${text}</g>`;
  }

  private namespaceOf(id: string): string | undefined {
    return this.placed.nodes.get(id)?.node.namespace;
  }
}

function shortened(label: string): string {
  return label.length > 28 ? `${label.slice(0, 27)}…` : label;
}

/** A smooth line that leaves and reaches every point horizontally. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points as [Point, ...Point[]];
  let last = first;
  const parts = rest.map((point) => {
    const half = Math.round((last.x + point.x) / 2);
    const part = `C${half} ${last.y} ${half} ${point.y} ${point.x} ${point.y}`;
    last = point;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join('')}`;
}
