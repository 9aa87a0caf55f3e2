/** A part of a pattern that is not literal text. */
export interface Wildcard {
  readonly standsFor: 'one character' | 'any text';
}

/** Any one character. */
export const ANY: Wildcard = { standsFor: 'one character' };
/** Any number of characters, none included. */
export const STAR: Wildcard = { standsFor: 'any text' };

/** What a {@link glob} is made of: literal text and wildcards. */
export type GlobPart = string | Wildcard;

/**
 * Matches a whole string against literal text and wildcards, in time linear in the text for each star.
 *
 * Istio expresses such patterns as RE2 expressions, which never backtrack. JavaScript's do, so a policy from a stranger
 * could hang the evaluator if it were made into a RegExp.
 */
export function glob(parts: readonly GlobPart[]): (text: string) => boolean {
  const pattern = parts.flatMap<GlobPart>((part) => (typeof part === 'string' ? [...part] : [part]));
  return (text) => matches(pattern, [...text]);
}

function matches(pattern: readonly GlobPart[], text: readonly string[]): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[p] === STAR) {
      star = p++;
      resume = at;
    } else if (p < pattern.length && (pattern[p] === ANY || pattern[p] === text[at])) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === STAR) p++;
  return p === pattern.length;
}
