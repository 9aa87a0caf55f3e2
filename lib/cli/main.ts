#!/usr/bin/env node
import { optimizeLess } from '../base/optimize-less';

// Before what follows is loaded: see there.
optimizeLess();

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
