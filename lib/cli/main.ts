#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// V8 optimizes a function together with those that it calls, a quarter as much code at once as by default: of a check of a thousand
// services that took a third of the processor time. Before our own code is loaded, because what is kept of it compiled is of these options.
// Node 20 to 26 have the option; a release of V8 without it would print an error for each command.
if (Number.parseInt(process.versions.node, 10) <= 26) {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=230');
}

import { UNUSABLE } from './exit-code';
import { processIo } from './process-io';
import { run } from './run';

// Whoever reads our output may stop early, as `head` does: then there is nobody left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  // 1 would mean that something was found.
  process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
  process.exit(UNUSABLE);
});

run(process.argv.slice(2), processIo()).then((exitCode) => {
  // Not process.exit(): it would cut off what a pipe has not taken yet.
  process.exitCode = exitCode;
});
