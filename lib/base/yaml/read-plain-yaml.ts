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
/**
 * Text of which go-yaml asks only whether it is a number; with a dot or a plus sign it may be one that JSON cannot
 * represent.
 */
const MAY_BE_NUMBER = /^(?:\d|--?\w)/;

/**
 * Reads the block form of YAML that programs write: mappings, sequences, scalars on a line and literal blocks. Undefined for
 * anything else, which the complete reader then reads or refuses; what is read here is what that reads, several times as fast.
 *
 * @param words texts as they are written, with what they are: documents that are read with the same ones share them
 */
export function readPlainYaml(document: string, words: Map<string, string> = new Map()): JsonValue | undefined {
  if (UNUSUAL.test(document)) return undefined;
  let start = document.startsWith(MARKER) ? MARKER.length : 0;
  // Lines of comments above all else, as generators write them.
  while (document.charCodeAt(start) === 0x23) {
    const end = document.indexOf('\n', start);
    start = end === -1 ? document.length : end + 1;
  }
  try {
    const reader = new Reader(document, start, words);
    const value = reader.block(0, 0);
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

/** One for all texts: nobody sees where it was thrown, and finding that out takes longer than reading some documents. */
const NOT_PLAIN = new Error('not plain YAML');

/** Reads line by line, in the text itself: a string for each line would take as long to make as the lines to read. */
class Reader {
  /** Column of the first character of the line that is not a space; -1 behind the last line. */
  private indent = -1;
  /** Offset of what is still to be read of the line, and of its end. */
  private start = 0;
  private end = 0;
  /** Offset of the next colon, which may be in a later line. */
  private colon = -1;
  /** The key of the entry that was found last, and the offset of what follows it. */
  private key = '';
  private rest = 0;

  public constructor(
    private readonly text: string,
    private nextLine: number,
    private readonly words: Map<string, string>,
  ) {
    this.advance();
  }

  public get isAtEnd(): boolean {
    return this.indent === -1;
  }

  /** A mapping or a sequence whose lines begin at a column. */
  public block(indent: number, depth: number): JsonValue {
    if (depth > MAX_DEPTH / 2 || this.indent !== indent) throw NOT_PLAIN;
    if (this.isEntry()) return this.sequence(indent, depth);
    if (!this.findKey()) throw NOT_PLAIN;
    return this.mapping(indent, depth);
  }

  private advance(): void {
    const { text, nextLine } = this;
    if (nextLine >= text.length) {
      this.indent = -1;
      return;
    }
    const end = text.indexOf('\n', nextLine);
    this.indent = indentOf(text, nextLine);
    this.start = nextLine + this.indent;
    this.end = end === -1 ? text.length : end;
    this.nextLine = this.end + 1;
  }

  private get isBlank(): boolean {
    return this.start === this.end;
  }

  /** Whether what is still to be read of the line is an entry of a sequence. */
  private isEntry(): boolean {
    return isEntry(this.text, this.start, this.end);
  }

  /** Whether what is still to be read of the line is an entry of a mapping, whose key is known then. */
  private findKey(): boolean {
    const { text, start, end } = this;
    if (this.colon < start) {
      const colon = text.indexOf(':', start);
      this.colon = colon === -1 ? text.length : colon;
    }
    const { colon } = this;
    if (colon >= end) return false;
    const isWhole = colon + 1 === end || text.charCodeAt(colon + 1) === 0x20;
    const known = isWhole ? keys.get(text.slice(start, colon)) : undefined;
    if (known !== undefined) {
      this.key = known;
      this.rest = colon + ': '.length;
      return true;
    }
    const found = keyAt(text.slice(start, end));
    if (found === undefined) return false;
    this.key = found.key;
    this.rest = start + found.written.length + ': '.length;
    return true;
  }

  private sequence(indent: number, depth: number): JsonValue {
    const items: JsonValue[] = [];
    while (this.indent >= indent) {
      if (this.indent !== indent || !this.isEntry()) throw NOT_PLAIN;
      this.start += '- '.length;
      if (this.start >= this.end || this.text.charCodeAt(this.start) === 0x20 || this.isEntry()) throw NOT_PLAIN;
      // The mapping of an entry begins on the entry's own line.
      items.push(this.findKey() ? this.mapping(indent + 2, depth + 1) : this.scalar(indent, depth));
    }
    // A list that has grown by one has room for sixteen more, and most lists have one item.
    return items.slice();
  }

  /** A mapping whose first key was found. */
  private mapping(indent: number, depth: number): JsonObject {
    const value: Record<string, JsonValue> = {};
    do {
      const { key } = this;
      // Whether that is refused, and where, is for the complete reader to say.
      if (Object.hasOwn(value, key)) throw NOT_PLAIN;
      if (this.rest < this.end) {
        this.start = this.rest;
        value[key] = this.scalar(indent, depth);
      } else {
        this.advance();
        if (this.indent <= indent) throw NOT_PLAIN;
        value[key] = this.block(this.indent, depth + 1);
      }
    } while (this.goesOn(indent));
    return value;
  }

  /** Whether the next line is an entry of the same mapping. */
  private goesOn(indent: number): boolean {
    if (this.indent < indent) return false;
    if (this.indent > indent || this.isEntry() || !this.findKey()) throw NOT_PLAIN;
    return true;
  }

  private scalar(indent: number, depth: number): JsonValue {
    if (depth > MAX_DEPTH / 2) throw NOT_PLAIN;
    const text = this.text.slice(this.start, this.end);
    this.advance();
    const known = this.words.get(text);
    if (known !== undefined) return known;
    const literal = LITERAL.exec(text);
    if (literal !== null) return this.literal(indent, literal[1] as string, literal[2] as string);
    const value = scalarOf(text);
    if (typeof value === 'string') this.words.set(text, value);
    return value;
  }

  private literal(indent: number, width: string, chomp: string): string {
    let own = width === '' ? -1 : indent + Number(width);
    const content: string[] = [];
    for (; !this.isAtEnd; this.advance()) {
      const { isBlank, indent: column } = this;
      if (!isBlank && own < 0) {
        own = column;
        if (own <= indent || content.some((blank) => blank !== '')) throw NOT_PLAIN;
      }
      if (!isBlank && column < own) break;
      if (isBlank && own < 0 && column > 0) throw NOT_PLAIN;
      const start = this.start - column + Math.max(own, 0);
      content.push(isBlank && column <= own ? '' : this.text.slice(start, this.end));
    }
    if (own < 0) throw NOT_PLAIN;
    let end = content.length;
    while (end > 0 && content[end - 1] === '') end -= 1;
    if (end === 0) throw NOT_PLAIN;
    const body = content.slice(0, end).join('\n');
    if (chomp === '-') return body;
    return chomp === '+' ? `${body}${'\n'.repeat(content.length - end + 1)}` : `${body}\n`;
  }
}

/** The column of the first character of a line that is not a space. */
export function indentOf(text: string, start = 0): number {
  let at = start;
  while (text.charCodeAt(at) === 0x20) at += 1;
  return at - start;
}

/** Whether an entry of a sequence stands at a place of a line. */
export function isEntry(text: string, at: number, end = text.length): boolean {
  return text.charCodeAt(at) === 0x2d && (text.charCodeAt(at + 1) === 0x20 || at + 1 === end);
}

/** The key that a text begins with, and how it is written; undefined if it begins with none. */
export function keyAt(text: string): { readonly key: string; readonly written: string } | undefined {
  const written = KEY.exec(text)?.[1];
  return written === undefined ? undefined : { key: keyOf(written), written };
}

/** Keys as they are written, with what they are: the documents of a cluster have the same few hundred. */
const keys = new Map<string, string>();
const MOST_KEYS = 10_000;

function keyOf(text: string): string {
  if (keys.size > MOST_KEYS) keys.clear();
  return cached(keys, text, () => readKey(text));
}

function readKey(text: string): string {
  const key = /^["']/.test(text) ? quoted(text) : text;
  // Readers have their own minds about keys that look like values, and about these two.
  if (key === undefined || key === '__proto__' || key === '<<' || (key === text && RESERVED.test(key))) throw NOT_PLAIN;
  return key;
}

/** Texts that had to be asked of the complete reader, with its answer. */
const odd = new Map<string, JsonValue | undefined>();
const MOST_ODD = 10_000;

function scalarOf(text: string): JsonValue {
  if (text.endsWith(' ') || text.startsWith(' ')) throw NOT_PLAIN;
  if (WORD.test(text) && !RESERVED.test(text)) return text;
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (INTEGER.test(text)) return Number(text);
  if (text === '{}') return {};
  if (text === '[]') return [];
  if (/^["']/.test(text)) {
    const value = quoted(text);
    if (value === undefined) throw NOT_PLAIN;
    return value;
  }
  if (!PLAIN.test(text)) throw NOT_PLAIN;
  // Quantities, versions, addresses, flags.
  if (MAY_BE_NUMBER.test(text)) return goNumber(text) ?? text;
  if (!odd.has(text)) {
    if (odd.size > MOST_ODD) odd.clear();
    const { readCompletely } = require('./complete-yaml') as typeof import('./complete-yaml');
    odd.set(text, readCompletely(text, { duplicateKeys: 'refuse' }).value);
  }
  const value = odd.get(text);
  if (value === undefined || (typeof value === 'object' && value !== null)) throw NOT_PLAIN;
  return value;
}

function quoted(text: string): string | undefined {
  if (text.startsWith("'")) return /^'((?:[^'\t]|'')*)'$/.exec(text)?.[1]?.replaceAll("''", "'");
  if (!/^"(?:[^"\\\t]|\\["\\/bfnrt]|\\u[0-9a-cA-Ce-fE-F][0-9a-fA-F]{3})*"$/.test(text)) return undefined;
  return JSON.parse(text) as string;
}
