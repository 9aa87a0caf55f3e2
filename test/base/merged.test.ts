import { merged } from '../../lib/base/merged';

test('has the fields of all parts, in their order, later ones over earlier ones', () => {
  const some: { a: number; b?: string } = { a: 1, b: 'x' };
  expect(JSON.stringify(merged(some, undefined, { c: 3, a: 2 }))).toBe('{"a":2,"b":"x","c":3}');
  expect(some).toEqual({ a: 1, b: 'x' });
});

test('of no part it is an object of its own', () => {
  const one = { a: 1 };
  expect(merged(one)).not.toBe(one);
  expect(merged(undefined)).toEqual({});
});
