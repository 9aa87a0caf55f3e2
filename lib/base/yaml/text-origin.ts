import type { SourceLocation } from '../source-location';

/** Where a text that is read on its own stands in its file. */
export interface TextOrigin {
  /** The place in the file of a line and column of the text, both counted from 0. */
  locate(line: number, column: number): SourceLocation;
}

/** A text that begins at the start of a line of its file. A class, as every document that is read keeps one. */
export class OriginInFile implements TextOrigin {
  public constructor(
    private readonly file: string,
    private readonly linesBefore: number,
  ) {}

  /** The place in the file. */
  public locate(line: number, column: number): SourceLocation {
    return { file: this.file, line: this.linesBefore + line + 1, column: column + 1 };
  }
}

/** An origin that is worked out when it is first asked for a place: that of an embedded text needs its container's positions. */
export function originOnDemand(find: () => TextOrigin): TextOrigin {
  return { locate: (line, column) => find().locate(line, column) };
}

/** A text written as a literal block: line for line as it stands, moved right by the block's indentation. */
export function originInBlock(outer: TextOrigin, firstLine: number, indent: number): TextOrigin {
  return {
    locate: (line, column) => outer.locate(firstLine + line, indent + column),
  };
}

/** A text inside quotes or a folded block, whose lines cannot be distinguished: everything is where it begins. */
export function originAtPoint(outer: TextOrigin, line: number, column: number): TextOrigin {
  return { locate: () => outer.locate(line, column) };
}
