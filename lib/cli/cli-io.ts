/** Where a command's words go. */
export interface TextSink {
  write(text: string): unknown;
}

/** Everything a command touches outside itself, so that tests can stand in for it. */
export interface CliIo {
  /** Directory that relative paths are relative to. */
  readonly cwd: string;
  /** Data: what a pipe is to carry on. */
  readonly stdout: TextSink;
  /** Messages and progress: what only people read. */
  readonly stderr: TextSink;
  /** Whether standard output supports colours and they are enabled. */
  readonly color: boolean;
  /** Whether standard input is a terminal, so that questions can be asked. */
  readonly interactive: boolean;
  /** Empties the screen, if standard output is one. */
  clear(): void;
  /** Prints to standard error what the program is doing if it takes longer than a second, even while it computes. */
  announce(what: string): void;
  /**
   * Standard input, which may be not text.
   *
   * @param limit bytes after which the rest is left unread
   */
  readStdin(limit: number): Promise<Buffer>;
  /** Asks a question on the terminal; returns the answer without the line break. */
  ask(question: string): Promise<string>;
  /**
   * Runs kubectl and returns what it prints.
   *
   * @param stdin what it gets to read
   * @param timeout milliseconds after which it is ended; undefined waits as long as it takes
   * @throws UserError with kubectl's own words if it fails, takes too long or is not there
   */
  kubectl(args: readonly string[], stdin: string, timeout?: number): Promise<string>;
  /**
   * Runs tctl and returns what it prints.
   *
   * @param timeout milliseconds after which it is ended
   * @throws UserError with tctl's own words if it fails, takes too long or is not there
   */
  tctl(args: readonly string[], timeout: number): Promise<string>;
}
