import { normalizePath } from '../../../lib/analysis/policy/path-normalization';

describe('normalizePath', () => {
  test.each([
    ['NONE', '/a/../admin?x=1', '/a/../admin'],
    ['NONE', '//admin', '//admin'],
    ['DEFAULT', '/a/../admin', '/admin'],
    ['BASE', '/a/./b', '/a/b'],
    ['BASE', '/a/..', '/'],
    ['BASE', '/../..', '/'],
    ['BASE', '/a/%2e%2e/admin', '/admin'],
    ['BASE', '/%61dmin', '/admin'],
    ['BASE', '\\admin\\x', '/admin/x'],
    ['BASE', '//admin', '//admin'],
    ['BASE', '/a%2Fb', '/a%2Fb'],
    ['MERGE_SLASHES', '//a///b', '/a/b'],
    ['MERGE_SLASHES', '/a%2F/b', '/a%2F/b'],
    ['DECODE_AND_MERGE_SLASHES', '/a%2F%2fb', '/a/b'],
    ['DECODE_AND_MERGE_SLASHES', '/a%5Cb', '/a/b'],
    ['BASE', '/a#fragment', '/a'],
  ] as const)('%s makes %s into %s', (normalization, path, expected) => {
    expect(normalizePath(path, normalization)).toBe(expected);
  });
});
