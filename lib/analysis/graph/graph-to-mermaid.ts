import { visibleText } from '../../base/visible-text';
import { type AccessGraph, byCluster, type GraphNode } from './access-graph';
import { exposureLabel } from './exposure';
import { accessMark } from './graph-edges';

/** The graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown. */
export function graphToMermaid({ namespaces, edges, exposures }: AccessGraph): string {
  const nodes = namespaces.flatMap((namespace) => namespace.nodes);
  // Mermaid takes no slashes in identifiers, and "end" is a word of its own.
  const ids = new Map(nodes.map((node, index) => [node.id, `n${index}`]));
  const id = (name: string) => ids.get(name) ?? 'n';
  const numbers = new Map(namespaces.map((namespace, index) => [namespace, index]));
  const boxes = byCluster({ namespaces }).flatMap(([cluster, inside], index) => {
    const lines = inside.flatMap((namespace) => {
      const own = namespace.nodes.map((node) => `${id(node.id)}${shape(node)}:::${styleOf(node)}`);
      return namespace.name === '' ? own : box(`s${numbers.get(namespace)}`, namespace.name, own);
    });
    return (cluster === undefined ? lines : box(`c${index}`, cluster, lines)).map((line) => `  ${line}`);
  });
  const arrows = edges.map(({ from, to, label, access, transport }) => {
    const arrow = transport === 'mutual-tls' ? '-->' : '-.->';
    const text = `${label}${accessMark(access, '…')}`;
    return `  ${id(from)} ${arrow}|${quoted(text)}| ${id(to)}`;
  });
  const entrances = exposures.map((exposure) => {
    const arrow = exposure.access === 'denied' ? '--x' : '==>';
    return `  ${id(exposure.from)} ${arrow}|${quoted(exposureLabel(exposure))}| ${id(exposure.to)}`;
  });
  return ['flowchart LR', ...boxes, ...arrows, ...entrances, ...STYLES, ''].join('\n');
}

function box(id: string, name: string, lines: readonly string[]): readonly string[] {
  return [`subgraph ${id}[${quoted(name)}]`, ...lines.map((line) => `  ${line}`), 'end'];
}

const STYLES = [
  '  classDef closed fill:#e8f5e9,stroke:#2e7d32',
  '  classDef open fill:#fff3e0,stroke:#ef6c00',
  '  classDef bare fill:#ffebee,stroke:#c62828,stroke-dasharray:4',
  '  classDef caller fill:#eceff1,stroke:#607d8b',
];

function styleOf({ protection }: GraphNode): string {
  if (protection === 'denied-by-default') return 'closed';
  if (protection === 'open') return 'open';
  return protection === 'not-enforced' ? 'bare' : 'caller';
}

function shape({ kind, label, mtls }: GraphNode): string {
  const text = quoted(mtls.length === 0 ? label : `${label}<br/>${mtls.join(', ')}`);
  if (kind === 'gateway') return `{{${text}}}`;
  if (kind === 'service' || kind === 'workload') return `[${text}]`;
  return `([${text}])`;
}

/** Mermaid's own escapes; only the line break we write ourselves stays a tag. */
function quoted(text: string): string {
  const escaped = text
    .split('<br/>')
    .map((part) => visibleText(part).replace(/[#&<>"'`|;{}[\]()\\]/g, (character) => `#${character.charCodeAt(0)};`))
    .join('<br/>');
  return `"${escaped}"`;
}
