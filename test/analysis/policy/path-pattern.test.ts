import { matchesEveryPath, pathPattern } from '../../../lib/analysis/policy/path-pattern';

describe('paths', () => {
  test.each([
    ['/a', '/a', true],
    ['/a', '/a/', false],
    ['/a', '/A', false],
    ['/a/*', '/a/b/c', true],
    ['*', '/', true],
    ['/a/{*}', '/a/b', true],
    ['/a/{*}', '/a/', false],
    ['/a/{*}', '/a/b/c', false],
    ['/a/{*}/c', '/a/b/c', true],
    ['/a/{*}', '/a/b=c*', true],
    ['/a/{**}', '/a/b=c*', true],
    ['/a/{*}', '/a/b[c', false],
    ['/{**}', '/a"b', false],
    ['/a/{**}/', '/a/b/', true],
    ['/a/{**}/', '/a/', false],
    ['/a/{*}', '/a/b@c', true],
    ['/a/{**}', '/a/', true],
    ['/a/{**}', '/a/b/c', true],
    ['/a/{**}', '/a', false],
    ['/{**}', '/', true],
    ['/a/{**}/z', '/a/b/c/z', true],
    ['/a/{**}/z', '/a/z', false],
    ['/{*}/{**}', '/a/b/c', true],
    // Without a template operator braces are ordinary.
    ['/{a}', '/{a}', true],
  ])('%s against %s is %s', (pattern, path, expected) => {
    expect(pathPattern(pattern)(path)).toBe(expected);
  });
});

const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
  (character) => !'/?#'.includes(character),
);

// Envoy 1.39.3 answered these characters so under a policy with the template alone.
test.each(['/a/{*}', '/a/{**}', '/{**}'])('%s stands for all printable characters but these', (pattern) => {
  const test = pathPattern(pattern);
  expect(PRINTABLE.filter((character) => !test(`/a/x${character}y`)).join('')).toBe('"<>[\\]^`{|}');
});

test.each(['*', '/*'])('%s fits every path a client can send', (pattern) => {
  expect(matchesEveryPath(pattern)).toBe(true);
  expect(PRINTABLE.map((character) => `/${character}`).every(pathPattern(pattern))).toBe(true);
});

test('a template does not fit every path', () => {
  expect(matchesEveryPath('/{**}')).toBe(false);
});
