/** Writes docs/cli.md from the commands: `npm run docs:cli`. A test fails while the file is older than the commands. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandReference } from '../lib/cli/command-reference';
import { processIo } from '../lib/cli/process-io';
import { createProgram } from '../lib/cli/program';

writeFileSync(join(__dirname, '..', '..', 'docs/cli.md'), commandReference(createProgram(processIo())));
