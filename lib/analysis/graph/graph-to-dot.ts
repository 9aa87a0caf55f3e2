import { type AccessGraph, byCluster, type GraphNode } from './access-graph';
import { exposureLabel } from './exposure';
import { accessMark } from './graph-edges';

/** The graph for Graphviz. */
export function graphToDot({ namespaces, edges, exposures }: AccessGraph): string {
  const numbers = new Map(namespaces.map((namespace, index) => [namespace, index]));
  const boxes = byCluster({ namespaces }).flatMap(([cluster, inside], index) => {
    const lines = inside.flatMap((namespace) => {
      const own = namespace.nodes.map((node) => `${quoted(node.id)} [${attributes(nodeAttributes(node))}];`);
      return namespace.name === '' ? own : box(`cluster_${numbers.get(namespace)}`, namespace.name, own);
    });
    return (cluster === undefined ? lines : box(`cluster_c${index}`, cluster, lines)).map((line) => `  ${line}`);
  });
  const arrows = edges.map(({ from, to, label, access, detail, transport }) => {
    const style = transport === 'mutual-tls' ? 'solid' : 'dashed';
    const text = `${label}${accessMark(access, '…')}`;
    return arrow(from, to, { label: text, tooltip: detail, style, ...(style === 'dashed' && { color: '#c62828' }) });
  });
  const entrances = exposures.map((exposure) => {
    const style = exposure.access === 'denied' ? 'dotted' : 'bold';
    const head = exposure.access === 'denied' ? { arrowhead: 'tee' } : {};
    const tooltip = exposure.details.length > 0 ? { tooltip: exposure.details.join('\n') } : {};
    return arrow(exposure.from, exposure.to, {
      label: exposureLabel(exposure),
      ...tooltip,
      style,
      color: '#1565c0',
      ...head,
    });
  });
  return [
    'digraph access {',
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...boxes,
    ...arrows,
    ...entrances,
    '}',
    '',
  ].join('\n');
}

function box(id: string, name: string, lines: readonly string[]): readonly string[] {
  return [`subgraph ${id} {`, `  label=${quoted(name)};`, ...lines.map((line) => `  ${line}`), '}'];
}

function arrow(from: string, to: string, given: Readonly<Record<string, string>>): string {
  return `  ${quoted(from)} -> ${quoted(to)} [${attributes(given)}];`;
}

function nodeAttributes({ label, mtls, protection, kind }: GraphNode): Readonly<Record<string, string>> {
  const fill = protection === undefined ? '#eceff1' : FILLS[protection];
  const text = mtls.length === 0 ? label : `${label}\n${mtls.join(', ')}`;
  return { label: text, fillcolor: fill, ...(kind === 'gateway' && { shape: 'hexagon' }) };
}

const FILLS = { 'denied-by-default': '#e8f5e9', open: '#fff3e0', 'not-enforced': '#ffebee' } as const;

function attributes(given: Readonly<Record<string, string>>): string {
  return Object.entries(given)
    .map(([name, text]) => `${name}=${quoted(text)}`)
    .join(', ');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
