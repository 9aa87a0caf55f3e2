import { amountOf } from '../../lib/base/amount-of';

test.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
])('%i of a file is %s', (number, text) => expect(amountOf(number, 'file')).toBe(text));

test('a plural of its own is used as it is', () => {
  expect(amountOf(1, 'entry', 'entries')).toBe('1 entry');
  expect(amountOf(3, 'entry', 'entries')).toBe('3 entries');
});
