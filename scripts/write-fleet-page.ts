/** Writes into docs/fleet.md what each of its steps changes: `npm run docs:fleet`. A test fails while one of them is older. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSteps } from './fleet-steps';

const root = join(__dirname, '../..');
const path = join(root, 'docs/fleet.md');
writeFileSync(path, withSteps(readFileSync(path, 'utf8'), root));
