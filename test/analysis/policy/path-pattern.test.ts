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
    // Envoy's templates never let a wildcard stand for "=" or "*".
    ['/a/{*}', '/a/b=c', false],
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

test.each(['*', '/*', '/{**}'])('%s fits every path a client can send', (pattern) => {
  expect(matchesEveryPath(pattern)).toBe(true);
  expect(['/', '/a', '/a/b.c'].every(pathPattern(pattern))).toBe(true);
});
