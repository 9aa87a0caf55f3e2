/** A comment taken apart. Texts are Markdown, with `{@link …}` still in them. */
export interface DocComment {
  readonly summary: string;
  readonly params: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string;
  readonly defaultValue: string;
  readonly throws: readonly string[];
}

/** Reads a comment as API Extractor writes it: one block after another, each begun by its tag. */
export function parseDocComment(comment = ''): DocComment {
  const text = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/\s*$/, '')
    .replace(/^[ \t]*\* ?/gm, '')
    .trim();
  // Split at every tag, also at one that comes first.
  const [summary = '', ...blocks] = `\n${text}`.split(/^(?=@[a-z]+\b)/m);
  const of = (tag: string) =>
    blocks.filter((block) => block.startsWith(`@${tag}`)).map((block) => block.slice(tag.length + 1).trim());
  return {
    // API Extractor gives constructors a sentence that says nothing.
    summary: summary.replace(/^Constructs a new instance of the `\w+` class/, '').trim(),
    params: of('param').map((param) => {
      const [, name = '', rest = ''] = /^(\S+)\s+(?:-\s+)?([\s\S]*)$/.exec(param) ?? [];
      return { name, text: rest };
    }),
    returns: of('returns').join('\n\n'),
    defaultValue: of('default').join(' '),
    throws: of('throws'),
  };
}
