/** Writes docs/rules.md from the rules: `npm run docs:rules`. A test fails while the file is older than the rules. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from '../lib/analysis/check/rules-page';

const docs = join(__dirname, '..', '..', 'docs');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'rules.md'), rulesPage());
