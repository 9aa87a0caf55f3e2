import { portName } from '../access/named-port';
import { conditionText } from '../matrix/render-matrix';
import type { AccessGraph } from './access-graph';
import type { Exposure } from './exposure';
import { accessMark, type GraphEdge } from './graph-edges';

/** The style of a line: by transport, or as a route without a known call. */
export type LineKind = 'mtls' | 'plain' | 'unknown' | 'route' | 'route-open' | 'route-closed';

/** One line of the picture: all edges and routes from one node to another. */
export interface PictureLine {
  readonly from: string;
  readonly to: string;
  readonly kind: LineKind;
  /** Whether it represents a route of a gateway or an external address of a Service. */
  readonly isWayIn: boolean;
  /** Its label. */
  readonly label: string;
  /** All its details, for a tooltip, line by line. */
  readonly title: readonly string[];
  /** Ids of the callers that it represents, if it represents a set of them. */
  readonly standsFor: readonly string[];
}

/** Longer words on a line push everything apart. */
const LONGEST_LABEL = 22;

/** Combines a call and a route between the same two nodes into one line. */
export function linesOf({ edges, exposures }: AccessGraph): readonly PictureLine[] {
  const lines = new Map<string, PictureLine>();
  for (const edge of edges) {
    const { from, to, cells, standsFor } = edge;
    lines.set(key(edge), {
      from,
      to,
      kind: kindOf(edge),
      isWayIn: false,
      label: edgeLabel(edge),
      title: cells.map((cell) => `${from} → ${cell.to}:${portName(cell.port)} ${conditionText(cell)}`.trimEnd()),
      standsFor,
    });
  }
  for (const exposure of exposures) {
    const { from, to, kind, label, access, details } = exposure;
    const line = lines.get(key(exposure));
    const text = kind === 'route' ? label : `${kind} ${label}`;
    const title = [`${from} → ${to} ${text}`.trim(), ...details];
    const own = routeKind(exposure);
    // A call that policies let through must not look closed for a route that they close, nor the other way round.
    if (line) {
      const shown = line.kind === 'route-closed' || (line.kind === 'route-open' && own === 'route') ? own : line.kind;
      const isWayIn = line.isWayIn || own !== 'route-closed';
      lines.set(key(exposure), { ...line, kind: shown, isWayIn, title: [...line.title, ...title] });
    } else {
      const words = `${shortened(text)}${accessMark(access, '*')}`;
      lines.set(key(exposure), { from, to, kind: own, isWayIn: true, label: words, title, standsFor: [] });
    }
  }
  return [...lines.values()];
}

function key({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}\n${to}`;
}

function routeKind({ access }: Exposure): LineKind {
  if (access === undefined) return 'route';
  return access === 'denied' ? 'route-closed' : 'route-open';
}

function kindOf({ transport }: GraphEdge): LineKind {
  if (transport === undefined) return 'unknown';
  return transport === 'mutual-tls' ? 'mtls' : 'plain';
}

/** Two methods at most: the others are in the tooltip and in the page's table. */
function edgeLabel({ label, access }: GraphEdge): string {
  const words = label.split(', ');
  const short = words.length > 3 ? `${words.slice(0, 2).join(', ')} +${words.length - 2}` : label;
  return `${shortened(short)}${accessMark(access, '*')}`;
}

/** Shortens a text to fit a line or a node; its beginning and end carry the most information. */
export function shortened(text: string, longest: number = LONGEST_LABEL): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  const end = Math.floor(longest / 3);
  return `${characters.slice(0, longest - end - 1).join('')}…${characters.slice(-end).join('')}`;
}
