/** One small change of a program's text that should make a test fail. */
export interface Mutation {
  /** Offset of what is replaced. */
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

/** What is replaced by what, one at a time: decisions turned round, limits moved by one, parts left out. */
const REPLACEMENTS: readonly (readonly [pattern: RegExp, after: (found: string) => string])[] = [
  [/ === /g, () => ' !== '],
  [/ !== /g, () => ' === '],
  [/ && /g, () => ' || '],
  [/ \|\| /g, () => ' && '],
  [/ \?\? /g, () => ' && '],
  [/ < /g, () => ' <= '],
  [/ <= /g, () => ' < '],
  [/ > /g, () => ' >= '],
  [/ >= /g, () => ' > '],
  [/\btrue\b/g, () => 'false'],
  [/\bfalse\b/g, () => 'true'],
  [/(?<=if \()(?!\()[^()]*(?:\([^()]*\)[^()]*)*(?=\))/g, (condition) => `!(${condition})`],
  [/\.some\(/g, () => '.every('],
  [/\.every\(/g, () => '.some('],
  [/(?<=return )(?=[\w.]+\()/g, () => '!'],
  [/(?<=[\s(,[])\d+(?=[\s),;\]])/g, (number) => String(Number(number) + 1)],
];

/** Comments, texts and what the compiler adds hold no decisions. */
const NOT_CODE =
  /^Object\.defineProperty\(exports,.*$|(?<!\w)\(0, (?=\w+_\d+\.)|\/\*[\s\S]*?\*\/|\/\/.*$|`[^`]*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gm;

/** Every mutation of a compiled file, in the order of the text. */
export function mutationsOf(text: string): readonly Mutation[] {
  const code = text.replace(NOT_CODE, (found) => found.replace(/[^\n]/g, '\0'));
  return REPLACEMENTS.flatMap(([pattern, after]) =>
    [...code.matchAll(pattern)]
      .filter(({ 0: before }) => !before.includes('\0'))
      .map(({ index, 0: before }) => ({ offset: index, before, after: after(before) })),
  ).sort((a, b) => a.offset - b.offset);
}

/** A text with one mutation. */
export function mutated(text: string, { offset, before, after }: Mutation): string {
  return text.slice(0, offset) + after + text.slice(offset + before.length);
}
