/** A location in a file, as in editors: the first line and the first column are 1. */
export interface SourceLocation {
  /** The name with which the file was read; it may be a placeholder such as `<stdin>`. */
  readonly file: string;
  /** Line, counted from 1. */
  readonly line: number;
  /** Column, counted from 1. */
  readonly column: number;
}
