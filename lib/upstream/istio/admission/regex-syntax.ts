/** Longest regular expression that Istio takes (istio/istio pkg/config/validation/validation.go `validateStringRegexp`). */
export const LONGEST_REGEX = 1024;

/** Letters and marks that mean something after a backslash in RE2; other letters and digits are refused. */
const ESCAPES = /^[aAbBCdDfnpPQrsStvwWxz0-7]$/;

/** Most repetitions that RE2 counts. */
const MOST_REPEATS = 1000;

/**
 * Why RE2 refuses a regular expression: what the expressions of other languages have and RE2 has not, and what no closing mark ends.
 * Undefined for what it takes, and for a few rare mistakes that this does not look for.
 */
export function regexProblem(text: string): string | undefined {
  if (text.length > LONGEST_REGEX) return `is longer than ${LONGEST_REGEX} characters`;
  let depth = 0;
  // Whether a quantifier has something before it; after one, another is refused except the question mark of a lazy one.
  let before: 'nothing' | 'something' | 'quantifier' = 'nothing';
  let index = 0;
  while (index < text.length) {
    const letter = text[index] ?? '';
    const rest = text.slice(index);
    if (letter === '\\') {
      const next = text[index + 1];
      if (next === undefined) return 'ends with a backslash';
      if (/[1-9]/.test(next)) return `has the backreference \\${next}, which RE2 does not have`;
      if (/[A-Za-z]/.test(next) && !ESCAPES.test(next)) return `has \\${next}, which RE2 does not have`;
      // What stands between \Q and \E is plain text.
      const end = next === 'Q' ? text.indexOf('\\E', index + 2) : -1;
      index = next === 'Q' ? (end < 0 ? text.length : end + 2) : index + 2;
      before = 'something';
    } else if (letter === '[') {
      const end = endOfClass(text, index);
      if (end === undefined) return 'has a [ without ]';
      index = end;
      before = 'something';
    } else if (letter === '(') {
      if (/^\(\?<?[=!]/.test(rest)) return 'looks ahead or behind, which RE2 cannot';
      if (/^\(\?[>|#(]/.test(rest)) return `has ${rest.slice(0, 3)}, which RE2 does not have`;
      const flags = /^\(\?[imsU-]+\)/.exec(rest)?.[0];
      const opening = flags ?? /^\(\?(?:P?<\w+>|[imsU-]*:)/.exec(rest)?.[0] ?? '(';
      index += opening.length;
      if (flags === undefined) {
        depth++;
        before = 'nothing';
      } else if (before === 'quantifier') {
        before = 'something';
      }
    } else if (letter === ')') {
      if (--depth < 0) return 'has a ) without (';
      index++;
      before = 'something';
    } else if (letter === '|') {
      index++;
      before = 'nothing';
    } else {
      const repeat = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest)?.[0];
      if (repeat === undefined) {
        index++;
        before = 'something';
        continue;
      }
      if (before === 'nothing') return `has ${repeat} with nothing before it`;
      if (before === 'quantifier') return `has two quantifiers, ${text[index - 1]}${repeat}`;
      if (repeat.match(/\d+/g)?.some((count) => Number(count) > MOST_REPEATS))
        return `has more than ${MOST_REPEATS} repetitions`;
      index += repeat.length;
      // A question mark after a quantifier makes it lazy.
      if (text[index] === '?') index++;
      before = 'quantifier';
    }
  }
  return depth > 0 ? 'has a ( without )' : undefined;
}

/** Where a character class ends: a `]` at its beginning is a plain one. */
function endOfClass(text: string, start: number): number | undefined {
  let index = start + 1;
  if (text[index] === '^') index++;
  if (text[index] === ']') index++;
  while (index < text.length) {
    if (text[index] === '\\') index += 2;
    else if (text.startsWith('[:', index) && text.indexOf(':]', index) > 0) index = text.indexOf(':]', index) + 2;
    else if (text[index] === ']') return index + 1;
    else index++;
  }
  return undefined;
}
