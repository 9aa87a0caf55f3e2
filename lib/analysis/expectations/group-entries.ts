import type { JsonObject } from '../../base/json';

/** How many pairs are listed one by one; more with the same requests are one entry, as nobody reads ten thousand lines. */
const MOST_SINGLE_PAIRS = 20;

/** An entry of a table of expectations for one caller and one callee. */
export interface PairEntry {
  readonly from: string;
  readonly to: string;
  /** Its other fields: port, methods, paths. */
  readonly rest: JsonObject;
}

/** The pairs for which a table says the same. */
interface Group {
  readonly rest: JsonObject;
  /** Callees by caller. */
  readonly rows: Map<string, string[]>;
  /** Where its first pair stands. */
  readonly first: number;
}

/**
 * Groups the entries of pairs with the same requests: all callers with the same callees become one entry.
 *
 * @param holdsForItself whether an entry may name a caller as its own callee, which completes lists of those that all call each other
 */
export function groupEntries(
  entries: readonly PairEntry[],
  holdsForItself: (entry: PairEntry) => boolean,
): readonly JsonObject[] {
  const groups = new Map<string, Group>();
  entries.forEach(({ from, to, rest }, first) => {
    const key = JSON.stringify(rest);
    let group = groups.get(key);
    if (group === undefined) {
      group = { rest, rows: new Map(), first };
      groups.set(key, group);
    }
    const row = group.rows.get(from);
    if (row === undefined) group.rows.set(from, [to]);
    else if (row.at(-1) !== to) row.push(to);
  });
  const found: (readonly [place: number, entry: JsonObject])[] = [];
  for (const group of groups.values()) {
    if (pairsOf(group) > MOST_SINGLE_PAIRS)
      for (const entry of together(group, holdsForItself)) found.push([group.first, entry]);
  }
  entries.forEach(({ from, to, rest }, place) => {
    const group = groups.get(JSON.stringify(rest));
    if (group !== undefined && pairsOf(group) <= MOST_SINGLE_PAIRS) found.push([place, { from, to, ...rest }]);
  });
  return found.sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

function pairsOf({ rows }: Group): number {
  let pairs = 0;
  for (const row of rows.values()) pairs += row.length;
  return pairs;
}

function together({ rest, rows }: Group, holdsForItself: (entry: PairEntry) => boolean): readonly JsonObject[] {
  const callees = new Set([...rows.values()].flat());
  const callers = new Map<string, { readonly from: string[]; readonly to: readonly string[] }>();
  for (const [from, row] of rows) {
    const isCallee = callees.has(from) && !row.includes(from);
    const to = (isCallee && holdsForItself({ from, to: from, rest }) ? [...row, from] : row).sort();
    const key = to.join('\n');
    const alike = callers.get(key);
    if (alike === undefined) callers.set(key, { from: [from], to });
    else alike.from.push(from);
  }
  return [...callers.values()].map(({ from, to }) => ({ from: oneOrAll(from), to: oneOrAll(to), ...rest }));
}

function oneOrAll(names: readonly string[]): string | readonly string[] {
  return names.length === 1 ? (names[0] ?? '') : names;
}
