import { cached } from '../cached';
import type { JsonObject, JsonValue } from '../json';
import { goNumber } from './go-number';
import { MAX_DEPTH } from './max-depth';
import { RESERVED } from './reserved-words';

/** What may mean something other than the words on the line: returns, controls, other ends of lines, halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/u;

/** Where a document of a stream begins. */
const MARKER = '---\n';

const KEY = /^([A-Za-z][\w./$;-]*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'):(?: |$)/;
const LITERAL = /^\|([1-9]?)([-+]?)$/;
/** Plain text that no reader takes for a number, a truth value or anything else. */
const WORD = /^[A-Za-z/](?:[^:#\t]|:(?=[^ ])|(?<=[^ ])#)*$/;
/** Plain text on a line: it begins with no indicator, and has neither a comment nor a key in it. */
const PLAIN = /^(?:[^\s!&*?|>@%`"'{}[\],#:-]|-(?!--)(?=[\w.-]))(?:[^#:\t]|:(?=[^ ]))*$/;
const INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
/** Text of which go-yaml asks only whether it is a number; with a dot or a plus sign it may be one that JSON has no form for. */
const MAY_BE_NUMBER = /^(?:\d|--?\w)/;

/**
 * Reads the block form of YAML that programs write: mappings, sequences, scalars on a line and literal blocks. Undefined for
 * anything else, which the complete reader then reads or refuses; what is read here is what that reads, several times as fast.
 */
export function readPlainYaml(document: string): JsonValue | undefined {
  const text = document.startsWith(MARKER) ? document.slice(MARKER.length) : document;
  if (UNUSUAL.test(text)) return undefined;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  // Lines of comments above all else, as generators write them.
  const start = lines.findIndex((line) => !line.startsWith('#'));
  try {
    const reader = new Reader(start > 0 ? lines.slice(start) : lines);
    const value = reader.block(0, 0);
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class NotPlain extends Error {}

class Reader {
  private at = 0;

  public constructor(private readonly lines: readonly string[]) {}

  public get isAtEnd(): boolean {
    return this.at === this.lines.length;
  }

  /** A mapping or a sequence whose lines begin at a column. */
  public block(indent: number, depth: number): JsonValue {
    if (depth > MAX_DEPTH / 2) throw new NotPlain();
    const line = this.lines[this.at];
    if (line === undefined || indentOf(line) !== indent) throw new NotPlain();
    return isEntry(line, indent) ? this.sequence(indent, depth) : this.mapping(indent, depth, line.slice(indent));
  }

  private sequence(indent: number, depth: number): JsonValue {
    const items: JsonValue[] = [];
    for (let line = this.lines[this.at]; line !== undefined; line = this.lines[this.at]) {
      if (indentOf(line) < indent) break;
      if (indentOf(line) !== indent || !isEntry(line, indent)) throw new NotPlain();
      const rest = line.slice(indent + 2);
      if (rest === '' || rest.startsWith(' ') || rest.startsWith('- ')) throw new NotPlain();
      // The mapping of an entry begins on the entry's own line.
      items.push(keyLength(rest) > 0 ? this.mapping(indent + 2, depth + 1, rest) : this.scalar(rest, indent, depth));
    }
    // A list that has grown by one has room for sixteen more, and most lists have one item.
    return items.slice();
  }

  /** @param first the mapping's first line, which may stand behind a dash */
  private mapping(indent: number, depth: number, first: string): JsonObject {
    const value: Record<string, JsonValue> = {};
    for (let text: string | undefined = first; text !== undefined; text = this.next(indent)) {
      const length = keyLength(text);
      if (length === 0) throw new NotPlain();
      const key = keyOf(text.slice(0, length));
      // Whether that is refused, and where, is for the complete reader to say.
      if (Object.hasOwn(value, key)) throw new NotPlain();
      const rest = text.slice(length + ': '.length);
      if (rest === '') {
        this.at += 1;
        const line = this.lines[this.at] ?? '';
        const inner = indentOf(line);
        if (line === '' || inner <= indent) throw new NotPlain();
        value[key] = this.block(inner, depth + 1);
      } else value[key] = this.scalar(rest, indent, depth);
    }
    return value;
  }

  /** The next line of a block at a column, without its indentation; undefined behind the block. */
  private next(indent: number): string | undefined {
    const line = this.lines[this.at];
    if (line === undefined) return undefined;
    const own = indentOf(line);
    if (own === indent) {
      if (isEntry(line, indent)) throw new NotPlain();
      return line.slice(indent);
    }
    if (own > indent || line === '') throw new NotPlain();
    return undefined;
  }

  private scalar(text: string, indent: number, depth: number): JsonValue {
    if (depth > MAX_DEPTH / 2) throw new NotPlain();
    this.at += 1;
    const literal = LITERAL.exec(text);
    if (literal !== null) return this.literal(indent, literal[1] as string, literal[2] as string);
    return scalarOf(text);
  }

  private literal(indent: number, width: string, chomp: string): string {
    let own = width === '' ? -1 : indent + Number(width);
    const content: string[] = [];
    for (let line = this.lines[this.at]; line !== undefined; line = this.lines[this.at]) {
      const column = indentOf(line);
      const isBlank = column === line.length;
      if (!isBlank && own < 0) {
        own = column;
        if (own <= indent || content.some((blank) => blank !== '')) throw new NotPlain();
      }
      if (!isBlank && column < own) break;
      if (isBlank && own < 0 && line !== '') throw new NotPlain();
      content.push(isBlank && column <= own ? '' : line.slice(Math.max(own, 0)));
      this.at += 1;
    }
    if (own < 0) throw new NotPlain();
    let end = content.length;
    while (end > 0 && content[end - 1] === '') end -= 1;
    if (end === 0) throw new NotPlain();
    const body = content.slice(0, end).join('\n');
    if (chomp === '-') return body;
    return chomp === '+' ? `${body}${'\n'.repeat(content.length - end + 1)}` : `${body}\n`;
  }
}

function indentOf(line: string): number {
  let column = 0;
  while (line.charCodeAt(column) === 0x20) column += 1;
  return column;
}

function isEntry(line: string, indent: number): boolean {
  return line.charCodeAt(indent) === 0x2d && (line.charCodeAt(indent + 1) === 0x20 || line.length === indent + 1);
}

/** Keys as they are written, with what they are: the documents of a cluster have the same few hundred. */
const keys = new Map<string, string>();
const MOST_KEYS = 10_000;

/** How long the key is that a line begins with, as it is written; 0 if it begins with none. */
function keyLength(line: string): number {
  const colon = line.indexOf(':');
  if (colon === -1) return 0;
  const isKnown = (colon + 1 === line.length || line.charCodeAt(colon + 1) === 0x20) && keys.has(line.slice(0, colon));
  return isKnown ? colon : (KEY.exec(line)?.[1]?.length ?? 0);
}

function keyOf(text: string): string {
  if (keys.size > MOST_KEYS) keys.clear();
  return cached(keys, text, () => readKey(text));
}

function readKey(text: string): string {
  const key = /^["']/.test(text) ? quoted(text) : text;
  // Readers have their own minds about keys that look like values, and about these two.
  if (key === undefined || key === '__proto__' || key === '<<' || (key === text && RESERVED.test(key)))
    throw new NotPlain();
  return key;
}

/** Texts that had to be asked of the complete reader, with its answer. */
const odd = new Map<string, JsonValue | undefined>();
const MOST_ODD = 10_000;

function scalarOf(text: string): JsonValue {
  if (text.endsWith(' ') || text.startsWith(' ')) throw new NotPlain();
  if (WORD.test(text) && !RESERVED.test(text)) return text;
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (INTEGER.test(text)) return Number(text);
  if (text === '{}') return {};
  if (text === '[]') return [];
  if (/^["']/.test(text)) {
    const value = quoted(text);
    if (value === undefined) throw new NotPlain();
    return value;
  }
  if (!PLAIN.test(text)) throw new NotPlain();
  // Quantities, versions, addresses, flags.
  if (MAY_BE_NUMBER.test(text)) return goNumber(text) ?? text;
  if (!odd.has(text)) {
    if (odd.size > MOST_ODD) odd.clear();
    const { readCompletely } = require('./complete-yaml') as typeof import('./complete-yaml');
    odd.set(text, readCompletely(text, { duplicateKeys: 'refuse' }).value);
  }
  const value = odd.get(text);
  if (value === undefined || (typeof value === 'object' && value !== null)) throw new NotPlain();
  return value;
}

function quoted(text: string): string | undefined {
  if (text.startsWith("'")) return /^'((?:[^'\t]|'')*)'$/.exec(text)?.[1]?.replaceAll("''", "'");
  if (!/^"(?:[^"\\\t]|\\["\\/bfnrt]|\\u[0-9a-cA-Ce-fE-F][0-9a-fA-F]{3})*"$/.test(text)) return undefined;
  return JSON.parse(text) as string;
}
