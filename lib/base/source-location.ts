/** A place in a file, as editors count: the first line and the first column are 1. */
export interface SourceLocation {
  /** The file as it was named when it was read; `<stdin>` and the like are possible. */
  readonly file: string;
  /** Line, counted from 1. */
  readonly line: number;
  /** Column, counted from 1. */
  readonly column: number;
}
