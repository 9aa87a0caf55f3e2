import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RelatedTests } from '../../scripts/related-tests';

const build = mkdtempSync(join(tmpdir(), 'related-'));
afterAll(() => rmSync(build, { recursive: true }));

function file(path: string, ...imports: readonly string[]): void {
  const target = join(build, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, imports.map((name) => `const one = require("${name}");\n`).join(''));
}

file('lib/a/one.js', './two', 'node:fs');
file('lib/a/two.js', '../b/three');
file('lib/b/three.js', '../a/one');
file('lib/b/lonely.js');
file('test/a/one.test.js', '../../lib/a/one');
file('test/a/small.test.js', '../../lib/a/two');
file('test/b/lonely.test.js', '../../lib/b/lonely');
file('test/all.test.js', './all-of-them');
file('test/all-of-them.js', '../lib/a/one', '../lib/b/lonely');
file('test/few.test.js', '../lib/b/three');

test('tests are those that load a file, also by others and in a circle, the nearest first', () => {
  const related = new RelatedTests(build);

  expect(related.of('a/two.js')).toEqual(['a/one.test.js', 'a/small.test.js', 'few.test.js', 'all.test.js']);
  expect(related.of('b/lonely.js')).toEqual(['b/lonely.test.js', 'all.test.js']);
  expect(related.of('nowhere.js')).toEqual([]);
});

test('the test of the same name comes before others of its directory', () => {
  expect(new RelatedTests(build).of('a/one.js')[0]).toBe('a/one.test.js');
});

test('tests that are not wanted are left out', () => {
  const related = new RelatedTests(build, (test) => !test.startsWith('a/'));

  expect(related.of('a/two.js')).toEqual(['few.test.js', 'all.test.js']);
});
