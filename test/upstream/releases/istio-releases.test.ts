import { advisoriesOf } from '../../../lib/upstream/releases/istio-advisories';
import { hasEnded, ISTIO_LINES, whyNotWritten } from '../../../lib/upstream/releases/istio-lines';
import { Version } from '../../../lib/upstream/releases/version';

// ISTIO-SECURITY-2026-006 is fixed in 1.29.7, 1.30.4 and every 1.31; 1.28 gets no fix.
test.each([
  ['1.28.10', true],
  ['1.29.6', true],
  ['1.29.7', false],
  ['1.30.0', true],
  ['1.30.3', true],
  ['1.30.4', false],
  ['1.31.0', false],
  ['1.32.0', false],
])('rules on paths and headers of Istio %s can be bypassed: %s', (release, expected) => {
  expect(advisoriesOf(Version.parse(release)).some(({ isPolicyBypass }) => isPolicyBypass)).toBe(expected);
});

test.each([
  ['1.20.0', true],
  ['1.28.10', true],
  ['1.29.8', true],
  ['1.30.7', false],
  ['1.31.4', false],
  ['1.32.0', false],
  ['1.40.0', false],
])('Istio %s has ended: %s', (release, expected) => {
  expect(hasEnded(Version.parse(release))).toBe(expected);
});

test('lines stand in order, each with a newest release of its own', () => {
  for (const { line, newest } of ISTIO_LINES) expect(newest.startsWith(`${line}.`)).toBe(true);
  const minors = ISTIO_LINES.map(({ line }) => Version.parse(line).minor);
  expect(minors).toEqual([...minors].sort((a, b) => a - b));
});

test('the reason to write for no release of a line is the true one', () => {
  expect(whyNotWritten(Version.parse('1.28.10'))).toContain('reached its end of life on 2026-07-01');
  expect(whyNotWritten(Version.parse('1.27.0'))).toContain('does not support');
  expect(whyNotWritten(Version.parse('1.33.0'))).toContain('does not support');
});
