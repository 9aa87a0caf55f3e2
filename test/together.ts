/**
 * Test files that run as one, so that what they test is loaded once: Jest loads the library and cdk8s anew for every file that it
 * runs, which takes longer than most of the tests. `jest.together.config.js` runs this once for each group.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const { GROUP, GROUPS } = globalThis as unknown as { readonly GROUP: number; readonly GROUPS: number };

const SOURCES = join(__dirname, '../../test');

const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.test.js') && !path.startsWith('integration/'))
  // `tsc` leaves what it compiled from a source that was deleted since.
  .filter((path) => existsSync(join(SOURCES, path.replace(/js$/, 'ts'))))
  .sort();

for (const [index, path] of files.entries()) {
  if (index % GROUPS === GROUP) describe(path, () => void require(join(__dirname, path)));
}
