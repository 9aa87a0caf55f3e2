#!/usr/bin/env node
import { processIo } from './process-io';
import { run } from './run';

// Whoever reads our output may stop early, as `head` does: then there is nobody left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

run(process.argv.slice(2), processIo()).then((exitCode) => {
  // Not process.exit(): it would cut off what a pipe has not taken yet.
  process.exitCode = exitCode;
});
