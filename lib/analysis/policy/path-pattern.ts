import { type StringTest, stringPattern } from './string-pattern';

/**
 * Characters a template's wildcard may stand for: RFC 3986's pchar, `=` since Envoy 1.27 and `*` since 1.35
 * (envoyproxy/envoy source/extensions/path/uri_template_lib/uri_template_internal.cc).
 */
const SEGMENT = /^[A-Za-z0-9\-._~%!$&'()*+,;:@=]+$/;
const REST = /^[A-Za-z0-9\-._~%!$&'()*+,;:@=/]*$/;

/**
 * A value of `paths`. With `{*}` or `{**}` anywhere it is a URI template (`{*}` is one segment, `{**}` any number of
 * them, none included); otherwise Istio's wildcards apply.
 */
export function pathPattern(pattern: string): StringTest {
  return /\{\*\*?\}/.test(pattern) ? template(pattern) : stringPattern(pattern);
}

/**
 * Whether every HTTP path matches: Envoy forwards only paths that begin with a slash. `/{**}` does not match all,
 * because a template's wildcard matches no quote, bracket or brace.
 */
export function matchesEveryPath(pattern: string): boolean {
  return pattern === '*' || pattern === '/*';
}

function template(pattern: string): StringTest {
  const parts = pattern.split('/');
  const rest = parts.indexOf('{**}');
  const before = rest < 0 ? parts : parts.slice(0, rest);
  const after = rest < 0 ? [] : parts.slice(rest + 1);
  return (path) => {
    const given = path.split('/');
    if (rest < 0) return given.length === parts.length && segmentsMatch(before, given);
    if (!segmentsMatch(before, given)) return false;
    // "{**}" takes whatever lies between the fixed ends: at least the slash before it must be there.
    if (given.length < before.length + 1 + after.length) return false;
    const end = given.length - after.length;
    return REST.test(given.slice(before.length, end).join('/')) && segmentsMatch(after, given.slice(end));
  };
}

function segmentsMatch(pattern: readonly string[], given: readonly string[]): boolean {
  return pattern.every((part, index) => {
    const segment = given[index];
    return segment !== undefined && (part === '{*}' ? SEGMENT.test(segment) : part === segment);
  });
}
