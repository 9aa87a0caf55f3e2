import { cached } from '../cached';
import { RESERVED } from './reserved-words';

/** Text that stands as it is, and that no reader takes for anything else unless it is {@link RESERVED}. */
const USUAL = /^[A-Za-z/][\w./@+=$*-]*(?:[: ][\w./@+=$*-]+)*$/;

/** Longer keys are written in another form. */
const MAX_KEY = 500;

/** Deeper documents are left to the library, which knows where the stack ends. */
const MAX_DEPTH = 100;

/** Ends of lines with the indentation that follows, by depth. */
const LINES = Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => `\n${' '.repeat(2 * depth)}`);

/**
 * Writes the usual case of a document, nested mappings and lists of scalars on one line, as the library does, in a quarter of the
 * time. What a scalar looks like that is not plain text is asked of the library, once for each scalar.
 */
export class BlockWriter {
  private readonly scalars = new Map<unknown, string>();
  private readonly keys = new Map<string, string>();

  /** @param library what writes any document */
  public constructor(private readonly library: (document: unknown) => string) {}

  /** A document, of which the library writes what is not usual. */
  public write(document: unknown): string {
    const text = isCollection(document) ? this.block(document, 0, true) : undefined;
    return text === undefined ? this.library(document) : `${text}\n`;
  }

  /** A collection that is not empty, from its first line on; undefined if something in it is not usual. */
  private block(value: object, depth: number, startsLine: boolean): string | undefined {
    if (depth > MAX_DEPTH) return undefined;
    return Array.isArray(value) ? this.list(value, depth, startsLine) : this.mapping(value, depth, startsLine);
  }

  private mapping(mapping: object, depth: number, startsLine: boolean): string | undefined {
    const next = LINES[depth] as string;
    let text = '';
    for (const key of Object.keys(mapping)) {
      const value = (mapping as Readonly<Record<string, unknown>>)[key];
      if (value === undefined) continue;
      const written = isCollection(value) ? this.block(value, depth + 1, false) : this.scalar(value);
      const name = this.key(key);
      if (written === undefined || name === undefined) return undefined;
      if (text !== '' || !startsLine) text += next;
      text += isCollection(value) ? `${name}:${written}` : `${name}: ${written}`;
    }
    // All of its values were undefined.
    return text === '' ? undefined : text;
  }

  private list(items: readonly unknown[], depth: number, startsLine: boolean): string | undefined {
    const next = LINES[depth] as string;
    let text = '';
    for (const item of items) {
      const written = isCollection(item) ? this.block(item, depth + 1, true) : this.scalar(item);
      if (written === undefined) return undefined;
      if (text !== '' || !startsLine) text += next;
      text += `- ${written}`;
    }
    return text;
  }

  private scalar(value: unknown): string | undefined {
    if (typeof value === 'string' && USUAL.test(value) && !RESERVED.test(value)) return value;
    const known = this.scalars.get(value);
    if (known !== undefined) return known;
    // Where a text of several lines begins depends on where it stands; -0 is the same key of a Map as 0.
    if (typeof value === 'string' ? value.includes('\n') : !isOnOneLine(value)) return undefined;
    const text = this.library([value]).slice('- '.length, -1);
    this.scalars.set(value, text);
    return text;
  }

  private key(key: string): string | undefined {
    if (key.length > MAX_KEY || key.includes('\n')) return undefined;
    const isUsual = () => USUAL.test(key) && !RESERVED.test(key);
    // A computed name, as `__proto__` would not be a key otherwise.
    return cached(this.keys, key, () => (isUsual() ? key : this.library({ [key]: 0 }).slice(0, -': 0\n'.length)));
  }
}

/** A mapping or a list that is written on lines of its own. */
function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  return isMapping(value) && !isEmpty(value);
}

function isEmpty(mapping: object): boolean {
  for (const _ in mapping) return false;
  return true;
}

function isMapping(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What else than text is a scalar, or an empty collection, which is written like one. */
function isOnOneLine(value: unknown): boolean {
  if (typeof value !== 'object')
    return typeof value === 'boolean' || (typeof value === 'number' && !Object.is(value, -0));
  return value === null || Array.isArray(value) || (isMapping(value) && isEmpty(value));
}
