import { EVENT_ID, type Event, getScalarValue } from 'js-yaml';
import type { GoRefusal } from './go-refusal';

/** A node as far as merging is concerned: the keys of a mapping, or the nodes of a list. */
interface Node {
  readonly keys: ReadonlySet<string>;
  readonly items: readonly Node[];
}

const EMPTY: Node = { keys: new Set(), items: [] };

/**
 * A `<<` behind a key that it also brings: go-yaml lets whatever comes later win, so what is merged replaces the key, and
 * YAML 1.1's own rule says the opposite (go.yaml.in/yaml/v2 decode.go, `mappingStruct` and `merge`).
 */
export function overridingMerge(text: string, events: readonly Event[]): GoRefusal | undefined {
  const anchors = new Map<string, Node>();
  let next = 0;
  let found: GoRefusal | undefined;
  const readNode = (): Node | undefined => {
    const event = events[next];
    next += 1;
    if (event === undefined || event.type === EVENT_ID.POP) return undefined;
    const name = 'anchorStart' in event && event.anchorStart >= 0 ? text.slice(event.anchorStart, event.anchorEnd) : '';
    if (event.type === EVENT_ID.ALIAS) return anchors.get(name) ?? EMPTY;
    const node = event.type === EVENT_ID.MAPPING ? readMapping() : event.type === EVENT_ID.SCALAR ? EMPTY : readItems();
    if (name !== '') anchors.set(name, node);
    return node;
  };
  const readItems = (): Node => {
    const items: Node[] = [];
    for (let item = readNode(); item; item = readNode()) items.push(item);
    return { keys: new Set(), items };
  };
  const readMapping = (): Node => {
    const keys = new Set<string>();
    for (;;) {
      const event = events[next];
      if (!readNode() || event === undefined) return { keys, items: [] };
      const key = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : '';
      const value = readNode() ?? EMPTY;
      if (key !== '<<') keys.add(key);
      else {
        const brought = [value, ...value.items].flatMap((node) => [...node.keys]);
        const replaced = brought.find((name) => keys.has(name));
        if (replaced !== undefined && event.type === EVENT_ID.SCALAR) {
          const message = `kubectl lets "<<" override the preceding key "${replaced}": put "<<" first`;
          found ??= { message, offset: event.valueStart };
        }
        for (const name of brought) keys.add(name);
      }
    }
  };
  while (next < events.length) readNode();
  return found;
}
