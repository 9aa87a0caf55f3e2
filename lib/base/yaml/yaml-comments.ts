import { EVENT_ID, parseEvents } from 'js-yaml';
import { type Rereading, readWithLooseFlow } from './flow-indentation';
import { MAX_DEPTH } from './max-depth';

/** A comment of a YAML text; lines and columns from 0. */
export interface YamlComment {
  /** What follows the `#`. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** The line it is about: its own if something else stands there, else the next that has content. */
  readonly about: number;
}

/** What is needed to tell a comment from a `#` in a value. */
interface ScalarRanges {
  /** The text in which they were found, with lines moved to the right. */
  readonly text: string;
  readonly padding: ReadonlyMap<number, number>;
  /** Offsets where each value begins and ends, in order. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
}

/**
 * The comments in which a word stands. What only looks like one inside a quoted text or a block is none; of a text that
 * is not YAML every `#` after a space counts, as nobody can tell.
 */
export function findComments(source: string, word: string, rereading: Rereading): readonly YamlComment[] {
  if (!source.includes(word)) return [];
  const { text, padding, ranges } = findScalars(source, rereading);
  const lines = text.split('\n');
  const next = nextContent(lines);
  const comments: YamlComment[] = [];
  let start = 0;
  for (const [line, content] of lines.entries()) {
    if (content.includes(word)) {
      const column = commentColumn(content, start, ranges);
      if (column !== -1 && content.includes(word, column)) {
        comments.push({
          text: content.slice(column + 1),
          line,
          column: column - (padding.get(line) ?? 0),
          about: content.slice(0, column).trim() === '' ? (next[line] ?? line) : line,
        });
      }
    }
    start += content.length + 1;
  }
  return comments;
}

function findScalars(source: string, rereading: Rereading): ScalarRanges {
  try {
    return readWithLooseFlow(
      source,
      ({ text, padding }) => {
        const ranges = parseEvents(text, { maxDepth: MAX_DEPTH }).flatMap((event) =>
          event.type === EVENT_ID.SCALAR && event.valueEnd > event.valueStart
            ? [[event.valueStart, event.valueEnd] as const]
            : [],
        );
        return { text, padding, ranges };
      },
      rereading,
    );
  } catch {
    return { text: source, padding: new Map(), ranges: [] };
  }
}

/** Where the comment of a line begins that starts at this offset; -1 if it has none. */
function commentColumn(line: string, start: number, ranges: ScalarRanges['ranges']): number {
  let column = line.indexOf('#');
  while (column !== -1) {
    const isApart = column === 0 || line[column - 1] === ' ' || line[column - 1] === '\t';
    if (isApart && !isInside(start + column, ranges)) return column;
    column = line.indexOf('#', column + 1);
  }
  return -1;
}

function isInside(offset: number, ranges: ScalarRanges['ranges']): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const [start, end] = ranges[middle] ?? [0, 0];
    if (offset < start) high = middle;
    else if (offset >= end) low = middle + 1;
    else return true;
  }
  return false;
}

/** For each line the number of the next one with content. */
function nextContent(lines: readonly string[]): readonly number[] {
  const next: number[] = [];
  let content = lines.length;
  for (let line = lines.length - 1; line >= 0; line -= 1) {
    next[line] = content;
    if (!/^\s*(?:#|$)/.test(lines[line] ?? '')) content = line;
  }
  return next;
}
