/** Writes docs/cli.md from the commands: `npm run docs:cli`. A test fails while the file is older than the commands. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandReference, createProgram, processIo } from '../lib/cli';

writeFileSync(join(__dirname, '..', '..', 'docs/cli.md'), commandReference(createProgram(processIo())));
