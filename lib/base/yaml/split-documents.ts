/** One document's text within its file. */
export interface DocumentText {
  readonly text: string;
  /** Lines of the file before this text. */
  readonly linesBefore: number;
  /** Whether there is anything but comments, blank lines and directives. */
  readonly hasContent: boolean;
}

/**
 * Cuts a YAML stream into its documents, so that a broken one does not hide the others.
 *
 * `---` and `...` at the start of a line end a document wherever they stand, block and quoted scalars included
 * (YAML 1.2.2, 9.1.2), so looking at lines is exact.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let linesBefore = 0;

  const push = (end: number) => {
    const part = text.slice(start, end);
    documents.push({ text: part, linesBefore, hasContent: hasContent(part) });
    linesBefore += countLines(part);
  };
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm)) {
    push(marker.index);
    start = marker.index + (marker[0] === '...' ? marker[0].length : 0);
  }
  push(text.length);
  return documents;
}

/**
 * Cuts JSON objects that follow one another, as in JSON lines, which kubectl reads too; undefined if the text is anything
 * else. A brace in the first column after a line that ends with one never is inside an object that is laid out.
 */
export function splitJsonObjects(text: string): readonly DocumentText[] | undefined {
  if (!text.startsWith('{')) return undefined;
  const documents: DocumentText[] = [];
  let start = 0;
  let linesBefore = 0;
  const push = (end: number) => {
    const part = text.slice(start, end);
    documents.push({ text: part, linesBefore, hasContent: true });
    linesBefore += countLines(part);
    start = end;
  };
  for (const { 0: between, index } of text.matchAll(/\}[ \t]*\r?\n\s*(?=\{)/g)) {
    if (between.endsWith('\n')) push(index + between.length);
  }
  push(text.length);
  return documents.length > 1 ? documents : undefined;
}

/** Line breaks that kubectl knows and we do not: what looks like a comment may go on as an object. */
const OTHER_BREAK = /[\u0085\u2028\u2029]/;

function hasContent(text: string): boolean {
  if (OTHER_BREAK.test(text)) return true;
  for (const { 0: line } of text.matchAll(/[^\r\n]+/g)) {
    if (!/^(?:---)?[ \t]*(?:$|#)/.test(line) && !line.startsWith('%')) return true;
  }
  return false;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
