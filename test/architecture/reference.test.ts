import { join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';

/** Every test, as written. */
const TESTS = [...filesBelow(join(ROOT, 'test'))].filter(
  ([file]) => file.endsWith('.ts') && file !== 'architecture/reference.test.ts',
);

test("no test reads the repository's own main.ts or dist/, which hold the cluster of whoever cloned it", () => {
  const own = /ROOT, 'dist|\bROOT\b[^\n]*build\/main\.js|'(?:\.\.\/)+main'|'(?:\.\.\/)+dist/;
  const found = TESTS.filter(([, text]) => own.test(text)).map(([file]) => file);

  expect(TESTS.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});

test('no test compares the time of day with a constant: a busy machine is not a fault', () => {
  const clock = /performance\.now|hrtime/;
  const found = TESTS.filter(([, text]) => clock.test(text)).map(([file]) => file);

  expect(found).toEqual([]);
});
