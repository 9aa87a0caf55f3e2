/** A test of one string, compiled once and used for every request. */
export type StringTest = (text: string) => boolean;

/**
 * Istio's wildcards: `*` matches any non-empty string, a leading asterisk a suffix, a trailing asterisk a prefix, and
 * any other value only itself. A value with asterisks at both ends counts as leading, and an asterisk elsewhere is an
 * ordinary character (istio/istio pilot/pkg/security/authz/matcher/string.go).
 */
export function stringPattern(pattern: string): StringTest {
  if (pattern === '*') return (text) => text !== '';
  if (pattern.startsWith('*')) {
    const suffix = pattern.slice(1);
    return (text) => text.endsWith(suffix);
  }
  if (pattern.endsWith('*')) {
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  return (text) => text === pattern;
}

/**
 * The same rules for a header: `*` requires only its presence, so it also matches an empty value (istio/istio
 * pilot/pkg/security/authz/matcher/header.go).
 */
export function headerPattern(pattern: string): StringTest {
  return pattern === '*' ? () => true : stringPattern(pattern);
}

/** The same rules for the `:authority` header, which is compared without regard to case. The port is part of it. */
export function hostPattern(pattern: string): StringTest {
  const test = headerPattern(pattern.toLowerCase());
  return (text) => test(text.toLowerCase());
}
