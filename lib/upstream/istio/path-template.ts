/** A segment of a path template that stands for one segment. */
const ONE = '{*}';

/** What stands for any number of segments. */
const REST = '{**}';

/** What a literal segment beside a template may hold: the `pchar` of RFC 3986. */
const LITERAL = /^[A-Za-z0-9._~!$&'()+,;:@=%-]+$/;

/**
 * What is wrong with a path that has braces, as a clause; undefined if it has none, or nothing is
 * (istio/istio pkg/config/security/security.go `CheckValidPathTemplate`).
 */
export function pathTemplateProblem(path: string): string | undefined {
  if (!/[{}]/.test(path)) return undefined;
  let afterRest = false;
  for (const segment of path.replace(/^\/+|\/+$/g, '').split('/')) {
    if (segment === ONE || segment === REST) {
      if (afterRest) return `has a template after ${REST}`;
      afterRest = segment === REST;
    } else if (/[{}]/.test(segment)) {
      return `has the segment "${segment}"`;
    } else if (!LITERAL.test(segment)) {
      return segment === '' ? 'has an empty segment next to a template' : `has "${segment}" next to a template`;
    }
  }
  return undefined;
}

/**
 * Whether Istio's webhook takes a template that Envoy does not: one without a slash in front, or with two together, as the
 * webhook does not look at slashes at the ends (envoyproxy/envoy
 * source/extensions/path/uri_template_lib/uri_template_internal.cc `parsePathPatternSyntax`).
 */
export function isRefusedByEnvoy(path: string): boolean {
  return /\{\*\*?\}/.test(path) && (!path.startsWith('/') || path.includes('//'));
}
