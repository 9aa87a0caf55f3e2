import { YAMLException } from 'js-yaml';
import { endsTooEarly, findUnclosed, type Unclosed } from './unclosed';

/** Wide enough for any indentation; within brackets and quotes a line's leading spaces say nothing. */
const PADDING = ' '.repeat(200);

/** Lines of this kind in one document, and characters read again because of them, before the text is given up. */
const MAX_LINES = 1_000;
const MAX_CHARACTERS = 16_000_000;

/** A text that ends before what it opened is closed; lines and columns from 0. */
export class UnclosedError extends Error {
  public constructor(
    public readonly what: Unclosed['what'],
    /** Where it was opened. */
    public readonly opened: { readonly line: number; readonly column: number },
    /** Where it was noticed, if that is not the end of the text: a line that does not look like a part of it. */
    public readonly noticed: { readonly line: number; readonly column: number } | undefined,
  ) {
    super(`a ${what} is never closed`);
  }
}

/** A text in which lines were moved to the right. */
export interface PaddedText {
  readonly text: string;
  /** How far each moved line was moved, by its number from 0. */
  readonly padding: ReadonlyMap<number, number>;
}

/**
 * Reads YAML whose brackets or quotes go on in a line that is indented too little, such as a `]` under the `a` of
 * `args: [`.
 *
 * YAML 1.2 forbids that (7.4) and our parser holds to it, but kubectl, Helm and Teleport read with go-yaml, where
 * indentation means nothing between brackets or quotes, and people write it.
 *
 * @throws UnclosedError if brackets or quotes are not closed at all
 * @throws YAMLException if the text is not YAML for another reason
 */
export function readWithLooseFlow<Result>(text: string, read: (padded: PaddedText) => Result): Result {
  const padding = new Map<number, number>();
  const refused = new Map<number, unknown>();
  let padded = text;
  for (let lines = 0, characters = 0; ; lines += 1, characters += padded.length) {
    try {
      return read({ text: padded, padding });
    } catch (error) {
      const line = lineOf(error);
      const isHopeless = lines >= MAX_LINES || characters > MAX_CHARACTERS;
      if (line === undefined || !isIndentation(error) || isHopeless) {
        throw endsTooEarly(error) ? unclosed(padded, padding, error, refused) : nearest(error, line, refused);
      }
      if (!refused.has(line)) refused.set(line, error);
      padded = padLine(padded, line);
      padding.set(line, (padding.get(line) ?? 0) + PADDING.length);
    }
  }
}

/** The error to show: if moving a line did not help, what was wrong with it in the first place. */
function nearest(error: unknown, line: number | undefined, refused: ReadonlyMap<number, unknown>): unknown {
  return line === undefined ? error : (refused.get(line) ?? error);
}

/** What is never closed was noticed where the indentation first broke, if something stands there. */
function unclosed(
  text: string,
  padding: ReadonlyMap<number, number>,
  error: unknown,
  refused: ReadonlyMap<number, unknown>,
): unknown {
  const found = findUnclosed(text);
  if (!found) return error;
  const lines = text.slice(0, found.offset).split('\n');
  const line = lines.length - 1;
  const opened = { line, column: (lines[line] ?? '').length - (padding.get(line) ?? 0) };
  const [broken] = refused.keys();
  const hasContent =
    broken !== undefined &&
    text
      .split('\n')
      .slice(broken)
      .some((rest) => rest.trim() !== '');
  return new UnclosedError(found.what, opened, hasContent ? { line: broken, column: 0 } : undefined);
}

function isIndentation(error: unknown): boolean {
  return error instanceof YAMLException && error.reason === 'deficient indentation';
}

function lineOf(error: unknown): number | undefined {
  return error instanceof YAMLException ? error.mark?.line : undefined;
}

function padLine(text: string, line: number): string {
  let start = 0;
  for (let passed = 0; passed < line; passed += 1) start = text.indexOf('\n', start) + 1;
  return text.slice(0, start) + PADDING + text.slice(start);
}
