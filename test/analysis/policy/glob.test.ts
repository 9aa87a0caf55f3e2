import fc from 'fast-check';
import { ANY, type GlobPart, glob, STAR } from '../../../lib/analysis/policy/glob';

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

  test('takes no more than a moment for a pattern that makes a backtracking matcher hang', () => {
    const parts = Array.from({ length: 40 }, () => [STAR, 'a'] as const).flat();
    const start = process.hrtime.bigint();
    expect(glob([...parts, 'b'])('a'.repeat(5000))).toBe(false);
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1000);
  });
});
