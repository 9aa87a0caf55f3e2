/** The exit code of every command: 0 for success, 1 if there is something to report, 2 if there is no answer. */
export type ExitCode = 0 | 1 | 2;

/** The exit code for an invalid command line or input. */
export const UNUSABLE: ExitCode = 2;
