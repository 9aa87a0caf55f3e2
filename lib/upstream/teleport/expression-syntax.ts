/** Spaces and comments; a string, a number, a name or an operator; anything else is not part of the language. */
const TOKENS =
  /\s+|\/\/[^\n]*|\/\*.*?\*\/|("(?:[^"\\\n]|\\.)*"|`[^`]*`|\d[\w.]*|[\p{L}_][\p{L}\p{Nd}_]*|&&|\|\||==|!=|<=|>=|[<>!()[\],.])|(.)/gsu;

/** What stands between two values. */
const BINARY: ReadonlySet<string> = new Set(['&&', '||', '==', '!=', '<=', '>=', '<', '>']);

/**
 * What keeps an expression from being read; undefined if nothing does. Only the form is looked at, not what names and
 * functions mean. Teleport reads expressions with Go's parser and takes few of its forms (gravitational/predicate parse.go).
 */
export function expressionSyntaxProblem(text: string): string | undefined {
  const words: string[] = [];
  for (const [, word, other] of text.matchAll(TOKENS)) {
    if (other !== undefined) return otherProblem(other);
    if (word !== undefined) words.push(word);
  }
  if (words.length === 0) return 'is empty';
  const reader = new Reader(words);
  return reader.binary() && reader.isAtEnd ? undefined : reader.problem;
}

function otherProblem(character: string): string {
  if (character === '"' || character === '`') return 'has a string that does not end';
  if (character === "'") return 'has a string in single quotes; strings are in double quotes';
  if (character === '=') return 'has a single "="; equality is "=="';
  return character === '&' || character === '|'
    ? `has a single "${character}"; write "${character.repeat(2)}"`
    : `has the character ${JSON.stringify(character)}, which expressions cannot have`;
}

/** Reads words one after the other; each method is false where they do not fit. */
class Reader {
  private at = 0;

  public constructor(private readonly words: readonly string[]) {}

  public get isAtEnd(): boolean {
    return this.at === this.words.length;
  }

  /** What is at the place where reading ended. */
  public get problem(): string {
    const word = this.words[this.at];
    return word === undefined ? 'ends too early' : `has ${JSON.stringify(word)} where it does not fit`;
  }

  /** Values with operators between them; how they bind makes no difference to the form. */
  public binary(): boolean {
    if (!this.unary()) return false;
    while (BINARY.has(this.words[this.at] ?? '')) {
      this.at++;
      if (!this.unary()) return false;
    }
    return true;
  }

  private unary(): boolean {
    while (this.takes('!'));
    return this.primary();
  }

  private primary(): boolean {
    if (this.takes('(')) {
      if (!this.binary() || !this.takes(')')) return false;
    } else if (/^[\p{L}\d_"`]/u.test(this.words[this.at] ?? '')) this.at++;
    else return false;
    return this.suffixes();
  }

  /** Fields, entries and calls after a value. */
  private suffixes(): boolean {
    for (;;) {
      if (this.takes('.')) {
        if (!/^[\p{L}_]/u.test(this.words[this.at] ?? '')) return false;
        this.at++;
      } else if (this.takes('[')) {
        if (!this.binary() || !this.takes(']')) return false;
      } else if (this.takes('(')) {
        if (!this.args()) return false;
      } else return true;
    }
  }

  private args(): boolean {
    while (!this.takes(')')) {
      if (!this.binary()) return false;
      // A comma may follow the last argument too.
      if (!this.takes(',')) return this.takes(')');
    }
    return true;
  }

  private takes(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }
}
