import { YAMLException } from 'js-yaml';
import { endsTooEarly, findUnclosed, type Unclosed } from './unclosed';

/** Characters of one text that are read again because of such lines, before it is given up. */
const MAX_CHARACTERS = 16_000_000;

/** What is read again in all, where many texts are read: some seconds, however many are written so. */
const MAX_CHARACTERS_IN_ALL = 64_000_000;

/** What reading costs however short the text is, in characters: mostly the error that ends it. */
const COST_OF_READING = 1_000;

/** How much may still be read again to understand or explain what is written so. */
export class Rereading {
  public constructor(private characters = MAX_CHARACTERS_IN_ALL) {}

  /** Whether nothing may be read again any more. */
  public get isUsedUp(): boolean {
    return this.characters < 0;
  }

  /** Counts a text that is read again. */
  public count(text: string): void {
    this.characters -= text.length + COST_OF_READING;
  }
}

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

const NOTHING_MOVED: ReadonlyMap<number, number> = new Map();

/**
 * Reads YAML whose brackets or quotes go on in lines that are indented too little, such as a `]` under the `a` of
 * `args: [`.
 *
 * YAML 1.2 forbids that (7.4) and our parser holds to it, but kubectl, Helm and Teleport read with go-yaml, where
 * indentation means nothing between brackets or quotes, and people write it.
 *
 * @throws UnclosedError if brackets or quotes are not closed at all
 * @throws YAMLException if the text is not YAML for another reason
 */
export function readWithLooseFlow<Result>(
  text: string,
  read: (padded: PaddedText) => Result,
  rereading: Rereading = new Rereading(),
): Result {
  let spaced = text;
  for (;;) {
    try {
      return read({ text: spaced, padding: NOTHING_MOVED });
    } catch (error) {
      if (!isIndentation(error)) {
        const unclosed = endsTooEarly(error)
          ? toUnclosed({ text, padding: NOTHING_MOVED }, undefined, rereading)
          : undefined;
        throw unclosed ?? error;
      }
      const next = rereading.isUsedUp ? undefined : withoutTabBefore(spaced, error.mark);
      if (next === undefined) return new LooseFlow(spaced, read, rereading).readOn(error);
      rereading.count(next);
      spaced = next;
    }
  }
}

/** The text with spaces for the tabs between a key or an opening bracket and a place: our parser counts them as indentation, go-yaml does not. */
function withoutTabBefore(text: string, { line, column }: MarkedError['mark']): string | undefined {
  const lines = text.split('\n');
  const whole = lines[line] ?? '';
  // The parser complains behind a bracket, and at anything else.
  const [found = '', gap = ''] = /([ \t]*)[[{]?$/.exec(whole.slice(0, column)) ?? [];
  const start = column - found.length;
  // Behind a dash or a question mark go-yaml takes no tab either.
  if (!gap.includes('\t') || start === 0 || /[-?]$/.test(whole.slice(0, start))) return undefined;
  lines[line] = `${whole.slice(0, start)}${' '.repeat(gap.length)}${whole.slice(start + gap.length)}`;
  return lines.join('\n');
}

/** A parser's complaint, with the place of it. */
type MarkedError = YAMLException & { readonly mark: { readonly line: number; readonly column: number } };

/**
 * Moves lines to the right until the text can be read. How many belong together only reading tells: twice as many are tried
 * as long as that goes well, and half as many when a line was moved that nothing holds together any more.
 */
class LooseFlow<Result> {
  private readonly lines: readonly string[];
  private readonly padding = new Map<number, number>();
  /** Wider than any indentation: within brackets and quotes a line's leading spaces say nothing. */
  private readonly width: number;
  private left = MAX_CHARACTERS;

  public constructor(
    text: string,
    private readonly read: (padded: PaddedText) => Result,
    private readonly rereading: Rereading,
  ) {
    this.lines = text.split('\n');
    this.width = this.lines.reduce((widest, line) => Math.max(widest, line.search(/\S|$/)), 0) + 2;
  }

  /** Goes on where the parser complained. */
  public readOn(first: MarkedError): Result {
    let refused = first;
    let count = 1;
    for (;;) {
      const { line } = refused.mark;
      this.move(line, line + count, this.width);
      const outcome = this.tryRead();
      if ('result' in outcome) return outcome.result;
      const { error } = outcome;
      if (isIndentation(error) && error.mark.line >= line + count) {
        count = error.mark.line === line + count ? 2 * count : 1;
        refused = error;
      } else if (count > 1) {
        this.move(line, line + count, 0);
        count = Math.floor(count / 2);
      } else {
        throw this.explain(first, refused, error);
      }
      if (this.left < 0 || this.rereading.isUsedUp) throw refused;
    }
  }

  private move(from: number, to: number, width: number): void {
    for (let line = from; line < to; line += 1) this.padding.set(line, width);
  }

  private tryRead(): { readonly result: Result } | { readonly error: unknown } {
    const text = this.paddedText();
    this.left -= text.length;
    this.rereading.count(text);
    try {
      return { result: this.read({ text, padding: this.padding }) };
    } catch (error) {
      return { error };
    }
  }

  private paddedText(): string {
    return this.lines.map((line, index) => ' '.repeat(this.padding.get(index) ?? 0) + line).join('\n');
  }

  /** What to show: if moving a line did not help, what was wrong with it in the first place. */
  private explain(first: MarkedError, refused: MarkedError, last: unknown): unknown {
    if (endsTooEarly(last)) {
      const { padding, rereading } = this;
      return toUnclosed({ text: this.paddedText(), padding }, first.mark.line, rereading) ?? last;
    }
    return isPlaced(last) && last.mark.line !== refused.mark.line ? last : refused;
  }
}

/** What is never closed was noticed where the indentation first broke, if something stands there. */
function toUnclosed(
  { text, padding }: PaddedText,
  broken: number | undefined,
  rereading: Rereading,
): UnclosedError | undefined {
  if (rereading.isUsedUp) return undefined;
  // It is read about four times until what is missing is found.
  for (let reading = 0; reading < 4; reading += 1) rereading.count(text);
  const found = findUnclosed(text);
  if (!found) return undefined;
  const before = text.slice(0, found.offset).split('\n');
  const line = before.length - 1;
  const opened = { line, column: (before[line] ?? '').length - (padding.get(line) ?? 0) };
  const isNoticed = broken !== undefined && /\S/.test(text.split('\n').slice(broken).join('\n'));
  return new UnclosedError(found.what, opened, isNoticed ? { line: broken, column: 0 } : undefined);
}

function isPlaced(error: unknown): error is MarkedError {
  return error instanceof YAMLException && error.mark !== undefined;
}

function isIndentation(error: unknown): error is MarkedError {
  return isPlaced(error) && error.reason === 'deficient indentation';
}
