import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { readWithLooseFlow } from './flow-indentation';
import { MAX_DEPTH } from './max-depth';
import { originAtPoint, originInBlock, type TextOrigin } from './text-origin';

/** A node of the document: where it starts, and where the nodes under it do. */
interface PositionNode {
  /** Offset to show people: the key of an entry, the first character of an item. */
  readonly offset: number;
  readonly children: Map<string, PositionNode>;
  readonly scalar: ScalarEvent | undefined;
}

/** A key that stands twice in one mapping. */
export interface DuplicateKey {
  readonly key: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Where every node of one YAML text stands. Made only for documents somebody asks about: it reads the text a second
 * time.
 */
export class YamlPositions {
  private readonly root: PositionNode;
  private readonly duplicates: { readonly key: string; readonly offset: number }[] = [];
  private readonly anchors = new Map<string, PositionNode>();
  private readonly events: readonly Event[];
  private readonly text: string;
  private readonly padding: ReadonlyMap<number, number>;
  private readonly lineStarts: readonly number[];
  private next = 1;

  /** @throws YAMLException if the text is not YAML */
  public constructor(text: string) {
    const read = readWithLooseFlow(text, (padded) => ({
      ...padded,
      events: parseEvents(padded.text, { maxDepth: MAX_DEPTH }),
    }));
    this.events = read.events;
    this.text = read.text;
    this.padding = read.padding;
    this.lineStarts = [0, ...Array.from(this.text.matchAll(/\n/g), ({ index }) => index + 1)];
    this.root = this.readNode(undefined) ?? { offset: 0, children: new Map(), scalar: undefined };
  }

  /** Line and column, from 0, of the deepest node on this path that exists. */
  public find(path: readonly string[]): { readonly line: number; readonly column: number } {
    return this.place(this.nodeAt(path).node.offset);
  }

  /** Where the text held by the scalar at this path stands. */
  public originOfScalar(path: readonly string[], outer: TextOrigin): TextOrigin {
    const { node, found } = this.nodeAt(path);
    const scalar = found ? node.scalar : undefined;
    if (scalar?.style === SCALAR_STYLE.LITERAL_BLOCK) {
      return originInBlock(outer, this.place(scalar.valueStart).line, Math.max(scalar.indent, 0));
    }
    const start = scalar && scalar.valueStart >= 0 ? this.contentStart(scalar) : node.offset;
    const { line, column } = this.place(start);
    return originAtPoint(outer, line, column);
  }

  /** Every key that repeats an earlier one of its mapping. */
  public duplicateKeys(): readonly DuplicateKey[] {
    return this.duplicates.map(({ key, offset }) => ({ key, ...this.place(offset) }));
  }

  /** A folded block's value starts with its indentation, a quoted one may with the end of a line. */
  private contentStart({ valueStart, valueEnd }: ScalarEvent): number {
    const spaces = this.text.slice(valueStart, valueEnd).search(/\S/);
    return valueStart + Math.max(spaces, 0);
  }

  private nodeAt(path: readonly string[]): { readonly node: PositionNode; readonly found: boolean } {
    let node = this.root;
    for (const segment of path) {
      const child = node.children.get(segment);
      if (child === undefined) return { node, found: false };
      node = child;
    }
    return { node, found: true };
  }

  /** Reads the node the next event opens; `offset` is where its entry or item begins, if something else says so. */
  private readNode(offset: number | undefined): PositionNode | undefined {
    const event = this.events[this.next];
    this.next += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR: {
        const quotes = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
        const start = Math.max(event.valueStart - quotes, 0);
        return this.remember(event, { offset: offset ?? start, children: new Map(), scalar: event });
      }
      case EVENT_ID.ALIAS: {
        const target = this.anchors.get(this.text.slice(event.anchorStart, event.anchorEnd));
        return {
          offset: offset ?? event.anchorStart,
          children: target?.children ?? new Map(),
          scalar: target?.scalar,
        };
      }
      case EVENT_ID.SEQUENCE: {
        const node = this.remember(event, { offset: offset ?? event.start, children: new Map(), scalar: undefined });
        for (let index = 0; !this.atEnd(); index += 1) this.addChild(node, String(index), this.readNode(undefined));
        return node;
      }
      case EVENT_ID.MAPPING: {
        const node = this.remember(event, { offset: offset ?? event.start, children: new Map(), scalar: undefined });
        while (!this.atEnd()) this.readEntry(node);
        return node;
      }
      default:
        return undefined;
    }
  }

  private readEntry(mapping: PositionNode): void {
    const key = this.readNode(undefined);
    const name = key?.scalar ? getScalarValue(this.text, key.scalar) : '';
    if (mapping.children.has(name) && key) this.duplicates.push({ key: name, offset: key.offset });
    this.addChild(mapping, name, this.readNode(key?.offset));
  }

  private addChild(parent: PositionNode, name: string, child: PositionNode | undefined): void {
    if (child) parent.children.set(name, child);
  }

  private atEnd(): boolean {
    const event = this.events[this.next];
    if (event !== undefined && event.type !== EVENT_ID.POP) return false;
    this.next += 1;
    return true;
  }

  private remember(event: { anchorStart: number; anchorEnd: number }, node: PositionNode): PositionNode {
    if (event.anchorStart >= 0) this.anchors.set(this.text.slice(event.anchorStart, event.anchorEnd), node);
    return node;
  }

  private place(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.lineStarts[low] ?? 0) - (this.padding.get(low) ?? 0) };
  }
}
