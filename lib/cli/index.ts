export type { Example } from './cli-command';
export { CliCommand } from './cli-command';
export type { CliIo, TextSink } from './cli-io';
export { commandReference } from './command-reference';
export type { ExitCode } from './exit-code';
export { processIo } from './process-io';
export { createProgram } from './program';
export { run } from './run';
