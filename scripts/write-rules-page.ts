/** Writes docs/rules.md from the rules, and docs/doctor.md from doctor's checks: `npm run docs:rules`. Tests fail while one is older. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from '../lib/analysis/check/rules-page';
import { doctorPage } from '../lib/analysis/doctor/doctor-page';

const docs = join(__dirname, '..', '..', 'docs');
mkdirSync(docs, { recursive: true });
writeFileSync(join(docs, 'rules.md'), rulesPage());
writeFileSync(join(docs, 'doctor.md'), doctorPage());
