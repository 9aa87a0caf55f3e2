import type { SourceLocation } from '../source-location';

/** Where a text that is read on its own stands in its file. */
export interface TextOrigin {
  readonly file: string;
  /** The place in the file of a line and column of the text, both counted from 0. */
  locate(line: number, column: number): SourceLocation;
}

/** A text that begins at the start of a line of its file. */
export function originInFile(file: string, linesBefore: number): TextOrigin {
  return {
    file,
    locate: (line, column) => ({ file, line: linesBefore + line + 1, column: column + 1 }),
  };
}

/** A text written as a literal block: line for line as it stands, moved right by the block's indentation. */
export function originInBlock(outer: TextOrigin, firstLine: number, indent: number): TextOrigin {
  return {
    file: outer.file,
    locate: (line, column) => outer.locate(firstLine + line, indent + column),
  };
}

/** A text inside quotes or a folded block, whose lines cannot be distinguished: everything is where it begins. */
export function originAtPoint(outer: TextOrigin, line: number, column: number): TextOrigin {
  return { file: outer.file, locate: () => outer.locate(line, column) };
}
