import { headerPattern, hostPattern, stringPattern } from '../../../lib/analysis/policy/string-pattern';

describe('star rules of methods, paths, SNI and claims', () => {
  test.each([
    ['*', 'x', true],
    ['*', '', false],
    ['GET', 'GET', true],
    ['GET', 'get', false],
    ['/a*', '/a', true],
    ['/a*', '/ab', true],
    ['/a*', '/b', false],
    ['*.txt', 'a.txt', true],
    ['*.txt', 'a.txt2', false],
    // A star in the middle is an ordinary character.
    ['/a/*/b', '/a/x/b', false],
    ['/a/*/b', '/a/*/b', true],
    // With stars at both ends the trailing one is an ordinary character.
    ['*a*', 'xa', false],
    ['*a*', 'xa*', true],
  ])('%s against %j is %s', (pattern, text, expected) => {
    expect(stringPattern(pattern)(text)).toBe(expected);
  });
});

test('a header pattern of "*" asks for presence only, so an empty value will do', () => {
  expect(headerPattern('*')('')).toBe(true);
});

describe('hosts', () => {
  test.each([
    ['a.com', 'A.COM', true],
    ['A.com', 'a.com', true],
    ['a.com', 'a.com:8080', false],
    ['a.com:*', 'a.com:8080', true],
    ['*.a.com', 'X.A.com', true],
  ])('%s against %s is %s', (pattern, text, expected) => {
    expect(hostPattern(pattern)(text)).toBe(expected);
  });
});
