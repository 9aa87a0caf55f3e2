/** What every command says with its exit code: 0 fine, 1 there is something to look at, 2 nothing could be said. */
export type ExitCode = 0 | 1 | 2;

/** A command line or an input that nothing can be made of. */
export const UNUSABLE: ExitCode = 2;
