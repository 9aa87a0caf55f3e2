import { seePath } from '../../../lib/analysis/policy/path-normalization';
import type { NormalizationMode } from '../../../lib/upstream/istio/mesh-config';
import { type PathHandling, pathHandlingOf } from '../../../lib/upstream/istio/path-handling';
import { Target } from '../../../lib/upstream/releases/target';

/** The path with its query as rules see it; the problem if the proxy answers by itself. */
function seen(path: string, handling: PathHandling): string {
  const result = seePath(path, handling);
  return result.accepted ? `${result.path}${result.query}` : result.problem;
}

function handling(mode: NormalizationMode, istio = '1.31.0'): PathHandling {
  return pathHandlingOf(mode, Target.of({ istio }));
}

// What Envoy 1.39.3 made of these paths, seen in a response header that it filled with the header :path.
const SEEN: readonly (readonly [sent: string, none: string, base: string, merge: string, decode: string])[] = [
  ['/a/../admin?x=1', '/a/../admin?x=1', '/admin?x=1', '/admin?x=1', '/admin?x=1'],
  ['/a%00', '/a%00', '400', '400', '400'],
  ['/a%%0000', '/a%%0000', '400', '400', '400'],
  ['/a%zz', '/a%zz', '/a%zz', '/a%zz', '/a%zz'],
  ['/a%', '/a%', '/a%', '/a%', '/a%'],
  ['/a%2', '/a%2', '/a%2', '/a%2', '/a%2'],
  ['/%%341', '/%%341', '/%2541', '/%2541', '/%2541'],
  ['/%%3%34', '/%%3%34', '/%%2534', '/%%2534', '/%%2534'],
  ['/a%%2541', '/a%%2541', '/a%%2541', '/a%%2541', '/a%%2541'],
  ['//', '//', '//', '//', '//'],
  ['///', '///', '///', '//', '//'],
  ['/a/..//', '/a/..//', '//', '//', '//'],
  ['/a/..;/b', '/a/..;/b', '/b', '/b', '/b'],
  ['/a/.;x', '/a/.;x', '/a/', '/a/', '/a/'],
  ['/..;', '/..;', '/', '/', '/'],
  ['/..;..;/a', '/..;..;/a', '/a', '/a', '/a'],
  ['/a/..;?x', '/a/..;?x', '/?x', '/?x', '/?x'],
  ['/a/b/...;x/c', '/a/b/...;x/c', '/a/b/...;x/c', '/a/b/...;x/c', '/a/b/...;x/c'],
  ['/a/%2e%2e;x/b', '/a/%2e%2e;x/b', '/a/..;x/b', '/a/..;x/b', '/a/..;x/b'],
  ['/a/..%3bx/b', '/a/..%3bx/b', '/a/..%3bx/b', '/a/..%3bx/b', '/a/..%3bx/b'],
  ['/a;x=1/../b', '/a;x=1/../b', '/b', '/b', '/b'],
  ['/a%2f..', '/a%2f..', '/a%2f..', '/a%2f..', '/'],
  ['/%2f', '/%2f', '/%2f', '/%2f', '//'],
  ['/a\\b', '/a\\b', '/a/b', '/a/b', '/a/b'],
  ['/a%5c..%5cb', '/a%5c..%5cb', '/a%5c..%5cb', '/a%5c..%5cb', '/b'],
  ['/a"b<>|^`{}', '/a"b<>|^`{}', ...same('/a%22b%3C%3E%7C%5E%60%7B%7D')],
  ["/a'b[c]", "/a'b[c]", ...same("/a'b[c]")],
  ['/a%7f%80', '/a%7f%80', ...same('/a%7f%80')],
  ['/a#x?y', '/a', ...same('/a')],
  ['/a?b#c', '/a?b', ...same('/a?b')],
  ['/a/b?x=%2f', '/a/b?x=%2f', ...same('/a/b?x=%2f')],
  ['/\u00e4', '/\u00e4', ...same('/%C3%A4')],
  ['*', '404', '404', '404', '404'],
];

function same(path: string): [string, string, string] {
  return [path, path, path];
}

describe('seePath', () => {
  test.each(SEEN)('%s', (sent, none, base, merge, decode) => {
    const modes = ['NONE', 'BASE', 'DEFAULT', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const;
    const paths = modes.map((mode) => seen(sent, handling(mode)).replace(/^(40.): .*/, '$1'));
    expect(paths).toEqual([none, base, base, merge, decode]);
  });

  test.each([
    ['1.28.10', '/a/..;/b'],
    ['1.29.6', '/a/..;/b'],
    ['1.29.7', '/b'],
    ['1.30.3', '/a/..;/b'],
    ['1.30.4', '/b'],
    ['1.31.0', '/b'],
  ])('in Istio %s /a/..;/b is %s', (istio, expected) => {
    expect(seen('/a/..;/b', handling('BASE', istio))).toBe(expected);
    expect(seen('/a/..;/b', handling('NONE', istio))).toBe('/a/..;/b');
  });

  // Integration test of Istio itself: tests/integration/security/normalization_test.go.
  test.each([
    ['BASE', '/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\\abc', '/%5Capp%2f%5c%2F..%2fadmin%5c/abc'],
    ['MERGE_SLASHES', '/xyz%30..//abc', '/xyz0../abc'],
    ['DECODE_AND_MERGE_SLASHES', '/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\\abc', '/app/admin/abc'],
    ['DECODE_AND_MERGE_SLASHES', '/%c0%2e%c0%2e/admin', '/%c0.%c0./admin'],
    ['DECODE_AND_MERGE_SLASHES', '/app//../../admin', '/admin'],
    ['DECODE_AND_MERGE_SLASHES', '/%252e%252e/admin', '/%252e%252e/admin'],
    ['DECODE_AND_MERGE_SLASHES', '/..../admin;a=b/xyz', '/..../admin;a=b/xyz'],
  ] as const)('%s makes %s into %s', (mode, sent, expected) => {
    expect(seen(sent, handling(mode))).toBe(expected);
  });

  test('a proxy may refuse or redirect escaped slashes', () => {
    const base = handling('BASE');
    expect(seen('/a%2Fb', { ...base, escapedSlashes: 'REJECT_REQUEST' })).toContain('escaped slash');
    expect(seen('/a%20b', { ...base, escapedSlashes: 'REJECT_REQUEST' })).toBe('/a%20b');
    const redirected = seePath('/a%2Fb', { ...base, escapedSlashes: 'UNESCAPE_AND_REDIRECT' });
    expect(redirected).toMatchObject({
      accepted: true,
      path: '/a/b',
      note: expect.stringContaining('redirects the request to /a/b'),
    });
    expect(seePath('/a', { ...base, escapedSlashes: 'UNESCAPE_AND_REDIRECT' })).toMatchObject({ note: undefined });
  });

  test('merging slashes without normalization keeps dot segments', () => {
    expect(seen('/a//../b', { ...handling('NONE'), mergeSlashes: true })).toBe('/a/../b');
  });
});
