import * as fc from 'fast-check';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { Version } from '../../../lib/upstream/releases/version';

const number = fc.nat({ max: 999_999 });

test.each([
  ['1.28', '1.28.0'],
  ['v1.28.10', '1.28.10'],
  ['18.6.4', '18.6.4'],
  ['18.6.4-distroless', '18.6.4'],
  ['1.33.1+k3s1', '1.33.1'],
])('reads %s as %s', (text, expected) => {
  expect(Version.parse(text).toString()).toBe(expected);
});

test.each(['', '18', 'latest', 'v18', '1.2.3.4', '18.x', '-1.2', '1..2', '1234567.1'])(
  'refuses %j, from which nothing can be decided',
  (text) => {
    expect(Version.tryParse(text)).toBeUndefined();
    expect(() => Version.parse(text)).toThrow(InvalidInputError);
  },
);

test('numbers are compared as numbers, not as text', () => {
  expect(Version.parse('18.11.2').atLeast('18.6.4')).toBe(true);
  expect(Version.parse('18.6.10').atLeast('18.6.4')).toBe(true);
  expect(Version.parse('9.0.0').atLeast('10.0.0')).toBe(false);
});

test('a release is at least itself', () => {
  expect(Version.parse('1.28').atLeast('1.28.0')).toBe(true);
});

test('comparing follows the numbers from left to right', () => {
  fc.assert(
    fc.property(fc.tuple(number, number, number), fc.tuple(number, number, number), (a, b) => {
      const expected = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
      expect(Math.sign(Version.parse(a.join('.')).compare(Version.parse(b.join('.'))))).toBe(Math.sign(expected));
    }),
  );
});
