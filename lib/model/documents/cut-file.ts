import { type DocumentText, splitDocuments, splitJsonObjects } from '../../base/yaml/split-documents';
import { OriginInFile, type TextOrigin } from '../../base/yaml/text-origin';
import type { ProblemList } from './problem-list';
import { mayHoldManifest } from './recognise';

/** 64 million characters: a cluster's whole state fits, and memory stays bounded. */
const MAX_FILE_CHARACTERS = 64_000_000;

/** Ten times what a whole cluster has. */
const MAX_DOCUMENTS = 500_000;

/** What kubectl makes of lines between documents, and a YAML parser does not. */
const SEPARATOR_PROBLEMS = [
  [
    /^---(?![ \t]*(?:#.*)?\r?$)/m,
    'text-after-separator',
    'something other than a comment follows "---": kubectl rejects it',
  ],
  [
    /^\.\.\.(?=[ \t\r\n]|$)(?!\s*(?:#.*\s*)*(?:$(?![\s\S])|---))/m,
    'text-after-end',
    'kubectl reads nothing between "..." and the next "---"',
  ],
] as const;

/** The text of a file and where its documents stand in it. */
export interface CutFile {
  readonly content: string;
  /** Texts between separators that hold something. */
  readonly documents: readonly DocumentText[];
  /** Texts that hold comments only. */
  readonly comments: readonly DocumentText[];
}

/** Cuts a file into documents; undefined, and a problem, if it is too large or not text. */
export function cutFile(file: string, text: string, problems: ProblemList): CutFile | undefined {
  const origin = new OriginInFile(file, 0);
  if (text.length > MAX_FILE_CHARACTERS) {
    const size = `${Math.ceil(text.length / 1_000_000)} million characters`;
    problems.report('file-too-large', 'too-large-file', origin.locate(0, 0), `the file has ${size}; the limit is 64`);
    return undefined;
  }
  const binary = findBinary(text);
  if (binary !== undefined) {
    const line = text.slice(0, binary).split('\n').length - 1;
    problems.report('file-not-text', 'not-utf8', origin.locate(line, 0), 'the file is binary, not UTF-8 text');
    return undefined;
  }
  // Counted before they are cut: millions of empty documents take gigabytes.
  if (hasManySeparators(text)) {
    const problem = `the file has more than ${MAX_DOCUMENTS} documents, including empty ones`;
    problems.report('file-too-large', 'too-many-documents', origin.locate(0, 0), problem);
    return undefined;
  }
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const parts = splitJsonObjects(content) ?? splitDocuments(content);
  const documents = parts.filter(({ hasContent }) => hasContent);
  if (documents.length === 0)
    problems.report('file-empty', 'no-document', origin.locate(0, 0), 'the file has no document');
  if (documents.length > MAX_DOCUMENTS) {
    problems.report(
      'file-too-large',
      'too-many-documents',
      origin.locate(0, 0),
      `the file has ${documents.length} documents; the limit is 500000`,
    );
    return undefined;
  }
  if (mayHoldManifest(content)) reportSeparators(content, origin, problems);
  return { content, documents, comments: parts.filter(({ hasContent }) => !hasContent) };
}

/**
 * kubectl and Teleport cut a stream at every line that begins with `---`, refuse one on which more than a comment follows,
 * and read nothing between `...` and the next cut (k8s.io/apimachinery pkg/util/yaml/decoder.go).
 */
function reportSeparators(content: string, origin: TextOrigin, problems: ProblemList): void {
  for (const [pattern, code, problem] of SEPARATOR_PROBLEMS) {
    const found = content.search(pattern);
    if (found === -1) continue;
    const line = content.slice(0, found).split('\n').length - 1;
    problems.report('yaml-syntax', code, origin.locate(line, 0), problem);
  }
}

/** Offset of what no text has: a NUL. What decoders put in place of bytes may be written out, and bytes are looked at before. */
function findBinary(text: string): number | undefined {
  const at = text.indexOf('\0');
  return at === -1 ? undefined : at;
}

function hasManySeparators(text: string): boolean {
  let left = MAX_DOCUMENTS;
  for (let at = text.indexOf('\n---'); at !== -1 && left > 0; at = text.indexOf('\n---', at + 4)) left -= 1;
  return left === 0;
}
