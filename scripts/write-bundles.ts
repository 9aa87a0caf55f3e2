/** Joins the compiled library in fewer files: the second half of `npm run build`. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../test/golden/written-files';
import { bundlesOf, COMPILED, handsOut, sourceOf } from './bundles';

const build = join(ROOT, 'build');
// What was compiled from the bundles before.
rmSync(join(build, 'lib', COMPILED), { recursive: true, force: true });
const files = new Map(filesBelow(join(build, 'lib')));
// `tsc` leaves what it compiled from a source that was deleted since; that may require modules that are gone too.
for (const path of [...files.keys()]) {
  const source = sourceOf(path);
  if (source === undefined || existsSync(join(ROOT, 'lib', source))) continue;
  rmSync(join(build, 'lib', path));
  files.delete(path);
}
const bundles = bundlesOf(files);
// The next `tsc -p .` writes all modules anew, and never a part of them beside bundles of old ones.
rmSync(join(build, '.tsbuildinfo'), { force: true });
for (const [path, text] of files) if (handsOut(text)) rmSync(join(build, 'lib', path));
for (const [path, text] of bundles) writeFileSync(join(build, 'lib', path), text);
