import { isPortNumber, isPortText } from '../../../lib/upstream/network/port-number';

test.each([
  [0, false],
  [1, true],
  [65_535, true],
  [65_536, false],
  [1.5, false],
])('%s is a port that something can listen on: %s', (port, is) => {
  expect(isPortNumber(port)).toBe(is);
});

test.each([
  ['0', true],
  ['65535', true],
  ['65536', false],
  ['-1', false],
  ['1.5', false],
])('"%s" is a port in a policy: %s', (text, is) => {
  expect(isPortText(text)).toBe(is);
});
