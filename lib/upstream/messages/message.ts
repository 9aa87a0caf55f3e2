/** Words of a program upstream, by which doctor tells what is wrong. */
export interface UpstreamMessage {
  /** What is in the line, whatever names stand around it. */
  readonly pattern: RegExp;
  /** A line as the program writes it: what tests hold the pattern against. */
  readonly example: string;
  /** Where the program says it. */
  readonly source: string;
}
