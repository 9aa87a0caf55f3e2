import type { GraphNode } from './access-graph';

/** The name of a node outside its picture: with its namespace, or a description if it represents several. */
export function nodeName({ id, kind, label }: GraphNode): string {
  return kind === 'everyone-of' || kind === 'mesh' ? label : id;
}
