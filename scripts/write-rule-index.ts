/** Writes the index of the checker's rules from their files: the first half of `npm run docs:rules`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../test/golden/written-files';
import { healthCheckIndex } from './health-check-index';
import { ruleIndex } from './rule-index';

const folder = join(ROOT, 'lib/analysis/check/rules');
writeFileSync(join(folder, 'rules-by-file.ts'), ruleIndex(filesBelow(folder)));

const checks = join(ROOT, 'lib/analysis/doctor/checks');
writeFileSync(join(checks, 'all-checks.ts'), healthCheckIndex(filesBelow(checks)));
