import { inspect } from 'node:util';
import { InvalidInputError } from '../../lib/base/invalid-input-error';

const error = new InvalidInputError({
  where: 'shop/a',
  problem: 'not a port',
  value: 0,
  allowed: '1 to 65535',
  fix: 'add 1',
});

test('an error says everything once, also where Node prints it because nobody caught it', () => {
  expect(error.message).toBe('[shop/a] not a port: 0. Allowed: 1 to 65535. Fix: add 1.');
  expect(inspect(error).match(/not a port/g)).toHaveLength(1);
});

test('its parts can be read', () => {
  const { where, problem, value, allowed, fix, name } = error;
  expect([where, problem, value, allowed, fix, name]).toEqual([
    'shop/a',
    'not a port',
    0,
    '1 to 65535',
    'add 1',
    'InvalidInputError',
  ]);
});
