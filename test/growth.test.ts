import { growthOf, NOT_QUADRATIC } from './growth';

test('work that grows with its input passes, and work that grows with its square does not', () => {
  const rounds = (count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += i;
    return sum;
  };

  expect(growthOf(2_000_000, rounds)).toBeLessThan(NOT_QUADRATIC);
  expect(growthOf(3_000, (size) => rounds(size * size))).toBeGreaterThan(NOT_QUADRATIC);
});
