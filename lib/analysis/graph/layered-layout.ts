/** Something to place. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** A line from one node to another; self-loops and lines to unknown nodes are left out. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}

/** Where a node's top left corner is. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A placed picture; coordinates begin at 0. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly positions: ReadonlyMap<string, Point>;
  /** For each given line the points it runs through between its ends, from left to right. */
  readonly bends: ReadonlyMap<LayoutEdge, readonly Point[]>;
}

/** Distances between neighbours. */
export interface LayoutGaps {
  readonly horizontal: number;
  readonly vertical: number;
}

/** A place in a column: a node, or a gap kept free for a line that passes through. */
interface Slot {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  y: number;
}

/** Height kept free for a line that passes a column. */
const PASSAGE = 12;

/** How often columns are sorted by their neighbours; more does not change the pictures any more. */
const SWEEPS = 8;

/**
 * Places a directed graph in columns from left to right (Sugiyama's method): each node right of those that point at it,
 * crossings lessened by sorting each column by the mean place of its neighbours, long lines led through gaps of their own.
 *
 * The same graph gives the same picture, whatever the order of its parts.
 */
export function layeredLayout(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], gaps: LayoutGaps): Layout {
  const sortedNodes = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const known = new Set(sortedNodes.map(({ id }) => id));
  const usable = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const column = columnsOf(
    sortedNodes.map(({ id }) => id),
    usable,
  );
  const columns: Slot[][] = [];
  const slots = new Map<string, Slot>();
  const addSlot = (at: number, slot: Omit<Slot, 'y'>) => {
    const placed = { ...slot, y: 0 };
    slots.set(slot.id, placed);
    columns[at] = [...(columns[at] ?? []), placed];
  };
  for (const node of sortedNodes) addSlot(column.get(node.id) ?? 0, node);
  const chains = new Map<LayoutEdge, readonly string[]>();
  for (const edge of usable) {
    const ends = [edge.from, edge.to].sort((a, b) => (column.get(a) ?? 0) - (column.get(b) ?? 0));
    const [left = '', right = ''] = ends;
    const passages: string[] = [];
    for (let at = (column.get(left) ?? 0) + 1; at < (column.get(right) ?? 0); at++) {
      const id = `${edge.from}\n${edge.to}\n${at}`;
      if (!slots.has(id)) addSlot(at, { id, width: 0, height: PASSAGE });
      passages.push(id);
    }
    chains.set(edge, [left, ...passages, right]);
  }
  const neighbours = neighboursOf(chains.values());
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const slotsOfColumn of columns) stack(slotsOfColumn, gaps.vertical);
    sortColumns(sweep % 2 === 0 ? columns : [...columns].reverse(), neighbours, slots, gaps.vertical);
  }
  straighten(columns, neighbours, slots, gaps.vertical);
  return measure(sortedNodes, columns, slots, chains, gaps);
}

/** Longest way from a node nothing points at; lines that would close a circle count as turned round. */
function columnsOf(ids: readonly string[], edges: readonly LayoutEdge[]): ReadonlyMap<string, number> {
  const out = new Map<string, string[]>(ids.map((id) => [id, []]));
  const incoming = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const { from, to } of edges) {
    out.get(from)?.push(to);
    incoming.set(to, (incoming.get(to) ?? 0) + 1);
  }
  const column = new Map<string, number>();
  const waiting = new Set(ids);
  while (waiting.size > 0) {
    // With a circle nobody is free: the node with the fewest open lines goes first, as if they did not exist.
    const [next = ''] = [...waiting].sort(
      (a, b) => (incoming.get(a) ?? 0) - (incoming.get(b) ?? 0) || (a < b ? -1 : 1),
    );
    waiting.delete(next);
    const own = column.get(next) ?? 0;
    column.set(next, own);
    for (const to of out.get(next) ?? []) {
      if (!waiting.has(to)) continue;
      column.set(to, Math.max(column.get(to) ?? 0, own + 1));
      incoming.set(to, (incoming.get(to) ?? 0) - 1);
    }
  }
  return column;
}

function neighboursOf(chains: Iterable<readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>();
  const link = (a: string, b: string) => {
    const list = neighbours.get(a) ?? [];
    list.push(b);
    neighbours.set(a, list);
  };
  for (const chain of chains) {
    for (const [index, id] of chain.entries()) {
      const next = chain[index + 1];
      if (next === undefined) continue;
      link(id, next);
      link(next, id);
    }
  }
  return neighbours;
}

function sortColumns(
  columns: readonly Slot[][],
  neighbours: ReadonlyMap<string, readonly string[]>,
  slots: ReadonlyMap<string, Slot>,
  gap: number,
): void {
  for (const column of columns) {
    const wish = new Map(column.map((slot) => [slot.id, meanOf(slot, neighbours, slots)]));
    column.sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
    stack(column, gap);
  }
}

/** Moves nodes towards the mean of their neighbours as far as those above and below let them. */
function straighten(
  columns: readonly Slot[][],
  neighbours: ReadonlyMap<string, readonly string[]>,
  slots: ReadonlyMap<string, Slot>,
  gap: number,
): void {
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) {
      let free = 0;
      for (const slot of column) {
        slot.y = Math.max(free, meanOf(slot, neighbours, slots) - slot.height / 2);
        free = slot.y + slot.height + gap;
      }
      let limit = Math.max(free - gap, ...columns.map(bottomOf));
      for (const slot of [...column].reverse()) {
        const wished = meanOf(slot, neighbours, slots) - slot.height / 2;
        slot.y = Math.min(limit - slot.height, Math.max(slot.y, wished));
        limit = slot.y - gap;
      }
    }
  }
}

function meanOf(
  slot: Slot,
  neighbours: ReadonlyMap<string, readonly string[]>,
  slots: ReadonlyMap<string, Slot>,
): number {
  const near = neighbours.get(slot.id) ?? [];
  if (near.length === 0) return slot.y + slot.height / 2;
  const sum = near.reduce((total, id) => total + (slots.get(id)?.y ?? 0) + (slots.get(id)?.height ?? 0) / 2, 0);
  return sum / near.length;
}

function stack(column: readonly Slot[], gap: number): void {
  let free = 0;
  for (const slot of column) {
    slot.y = free;
    free += slot.height + gap;
  }
}

function bottomOf(column: readonly Slot[]): number {
  return Math.max(0, ...column.map((slot) => slot.y + slot.height));
}

function measure(
  nodes: readonly LayoutNode[],
  columns: readonly Slot[][],
  slots: ReadonlyMap<string, Slot>,
  chains: ReadonlyMap<LayoutEdge, readonly string[]>,
  gaps: LayoutGaps,
): Layout {
  const lefts = new Map<string, number>();
  let x = 0;
  for (const column of columns) {
    const width = Math.max(0, ...column.map((slot) => slot.width));
    for (const slot of column) lefts.set(slot.id, x + (slot.width === 0 ? width / 2 : 0));
    x += width + gaps.horizontal;
  }
  const top = Math.min(...[...slots.values()].map(({ y }) => y), Number.MAX_SAFE_INTEGER);
  const at = (id: string): Point => ({ x: lefts.get(id) ?? 0, y: Math.round((slots.get(id)?.y ?? 0) - top) });
  return {
    width: Math.max(0, x - gaps.horizontal),
    height: Math.round(Math.max(0, ...columns.map(bottomOf)) - (slots.size > 0 ? top : 0)),
    positions: new Map(nodes.map(({ id }) => [id, at(id)])),
    bends: new Map([...chains].map(([edge, chain]) => [edge, chain.slice(1, -1).map(at)])),
  };
}
