/**
 * Writes docs/api from the comments in lib/: `npm run docs:api`. It fails while a public symbol has no comment, and a test
 * fails while the files are older than the comments.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocs } from './api-docs/api-docs';
import { ROOT } from './api-docs/entry-points';

const docs = apiDocs();
const folder = join(ROOT, 'docs/api');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of docs) writeFileSync(join(folder, name), text);
