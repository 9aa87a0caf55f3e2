/** Joins the compiled library in fewer files: the second half of `npm run build`. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../test/golden/written-files';
import { bundlesOf, handsOut } from './bundles';

const build = join(ROOT, 'build');
const files = filesBelow(join(build, 'lib'));
const bundles = bundlesOf(files);
// The next `tsc -p .` writes all modules anew, and never a part of them beside bundles of old ones.
rmSync(join(build, '.tsbuildinfo'), { force: true });
for (const [path, text] of files) if (handsOut(text)) rmSync(join(build, 'lib', path));
for (const [path, text] of bundles) writeFileSync(join(build, 'lib', path), text);
