import type { GraphNode } from './access-graph';

/** What a node is called outside its picture: with its namespace, or in words if it stands for many. */
export function nodeName({ id, kind, label }: GraphNode): string {
  return kind === 'everyone-of' || kind === 'mesh' ? label : id;
}
