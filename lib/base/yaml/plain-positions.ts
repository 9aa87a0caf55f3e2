import { indentOf, isEntry, keyAt, readPlainYaml } from './read-plain-yaml';

/** Longer texts may be asked about so often that one look at all of their positions is less than many searches. */
const MOST_CHARACTERS = 20_000;

/** A place in a text, from 0. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something in a document: the place to show people, and where what is below it begins; undefined for a scalar. */
interface PlainNode {
  readonly shown: Place;
  readonly content: Place | undefined;
}

/**
 * Where the deepest node on a path stands in a mapping that `readPlainYaml` reads: what `YamlPositions` says of it, which needs a
 * parser of all of YAML. Undefined for any other text, and where only that parser knows.
 */
export function findInPlainYaml(text: string, path: readonly string[]): Place | undefined {
  if (text.length > MOST_CHARACTERS || readPlainYaml(text) === undefined) return undefined;
  const lines = text.split('\n');
  const line = lines.findIndex((one) => one !== '---' && !one.startsWith('#'));
  if (isEntry(lines[line] ?? '', 0)) return undefined;
  let node: PlainNode = { shown: { line, column: 0 }, content: { line, column: 0 } };
  for (const segment of path) {
    const child = childOf(lines, node, segment);
    if (child === 'unknown') return undefined;
    if (child === undefined) break;
    node = child;
  }
  return node.shown;
}

function childOf(lines: readonly string[], { content }: PlainNode, segment: string): PlainNode | 'unknown' | undefined {
  if (content === undefined) return undefined;
  const { column } = content;
  const isList = isEntry(lines[content.line] ?? '', column);
  let index = 0;
  for (let line = content.line; line < lines.length; line += 1) {
    const text = lines[line] as string;
    // The first entry of a mapping may stand behind the dash of a list's item; what is empty or deeper is inside of an entry.
    const indent = line === content.line ? column : indentOf(text);
    if (text === '' || indent > column) continue;
    if (indent < column) return undefined;
    if (isList) {
      if (String(index) === segment) return itemAt(text, line, column + '- '.length);
      index += 1;
    } else if (keyAt(text.slice(column))?.key === segment) return entryAt(lines, line, column);
  }
  return undefined;
}

function itemAt(text: string, line: number, column: number): PlainNode | 'unknown' {
  const rest = text.slice(column);
  // The text of a literal block begins where its own lines say.
  if (rest.startsWith('|')) return 'unknown';
  const place = { line, column };
  return { shown: place, content: keyAt(rest) === undefined ? undefined : place };
}

function entryAt(lines: readonly string[], line: number, column: number): PlainNode {
  const text = (lines[line] as string).slice(column);
  const isOnLine = text.length > (keyAt(text)?.written ?? '').length + ': '.length;
  const below = lines[line + 1] ?? '';
  return {
    shown: { line, column },
    content: isOnLine ? undefined : { line: line + 1, column: indentOf(below) },
  };
}
