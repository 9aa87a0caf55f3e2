import fc from 'fast-check';
import { ANY, type GlobPart, glob, STAR } from '../../../lib/analysis/policy/glob';
import { growthOf, NOT_QUADRATIC } from '../../growth';

describe('glob', () => {
  test('matches as the regular expression it stands for', () => {
    const part = fc.oneof(fc.constantFrom('a', 'b', 'ab'), fc.constant<GlobPart>(ANY), fc.constant<GlobPart>(STAR));
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), text, (parts, candidate) => {
        const source = parts.map((p) => (p === ANY ? '.' : p === STAR ? '.*' : String(p))).join('');
        expect(glob(parts)(candidate)).toBe(new RegExp(`^${source}$`).test(candidate));
      }),
    );
  });

  test('takes time that grows with the text only, for a pattern that makes a backtracking matcher hang', () => {
    const parts = Array.from({ length: 40 }, () => [STAR, 'a'] as const).flat();
    const matches = glob([...parts, 'b']);
    expect(matches('a'.repeat(5000))).toBe(false);
    expect(growthOf(10_000, (size) => matches('a'.repeat(size)))).toBeLessThan(NOT_QUADRATIC);
  });
});
