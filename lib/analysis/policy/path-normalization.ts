import type { PathHandling } from '../../upstream/istio/path-handling';

/** The path of a request after the proxy's normalization, as rules see it. */
export type SeenPath =
  | {
      readonly accepted: true;
      /** The path without its query. */
      readonly path: string;
      /** The query with its question mark; empty without one. */
      readonly query: string;
      /** A note on the normalization. */
      readonly note: string | undefined;
    }
  /** The proxy answers the request itself; no policy is evaluated. */
  | { readonly accepted: false; readonly problem: string };

/**
 * Takes a path through Envoy's steps in their order: fragment off, escaped slashes, parameters of dot segments, RFC 3986,
 * double slashes (envoyproxy/envoy source/common/http/conn_manager_utility.cc `maybeNormalizePath`, path_utility.cc).
 *
 * Without normalization the path stays as sent, so `/a/../admin` does not match a rule on `/admin`.
 */
export function seePath(sent: string, handling: PathHandling): SeenPath {
  // "OPTIONS *" has no path: Envoy answers 404 to whatever does not begin with a slash.
  if (!sent.startsWith('/')) return refused('404: the proxy forwards only paths that begin with a slash');
  const whole = sent.replace(/#.*$/s, '');
  const at = whole.indexOf('?');
  const query = at === -1 ? '' : whole.slice(at);
  let path = at === -1 ? whole : whole.slice(0, at);
  let note = /[^\0-\x7f]/.test(path)
    ? 'the request uses HTTP/2: over HTTP/1.1 the proxy answers 400 to a path with non-ASCII characters'
    : undefined;

  const hasEscapedSlashes = handling.escapedSlashes !== 'KEEP_UNCHANGED' && /%(?:2f|5c)/i.test(path);
  if (hasEscapedSlashes) {
    if (handling.escapedSlashes === 'REJECT_REQUEST') return refused('400: the path has an escaped slash');
    path = path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  }
  if (handling.normalize) {
    if (handling.readsDotSegmentParameters) path = path.replace(/(?<=\/)(\.\.?);[^/]*/g, '$1');
    const canonical = canonicalize(path);
    if (canonical === undefined) return refused('400: the path has the escape sequence %00');
    path = canonical;
  }
  if (handling.mergeSlashes) path = mergeSlashes(path);
  if (hasEscapedSlashes && handling.escapedSlashes === 'UNESCAPE_AND_REDIRECT') {
    note = `the proxy redirects the request to ${path}, and the client follows the redirect`;
  }
  return { accepted: true, path, query, note };
}

function refused(problem: string): SeenPath {
  return { accepted: false, problem };
}

/** A path of nothing but slashes stays `//`, as its first and its last slash are kept. */
function mergeSlashes(path: string): string {
  if (!path.includes('//')) return path;
  const segments = path.split('/').filter((segment) => segment !== '');
  return `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** Characters that stand for themselves even where they are percent-encoded: RFC 3986 "unreserved". */
const UNRESERVED = /[A-Za-z0-9._~-]/;

/** Characters that are percent-encoded. */
const ENCODED = /[\0-\x20"#<>?^`{|}\x7f]|[^\0-\x7f]/;

/** What a path has that is not in its canonical form, or may not be. */
const NOT_CANONICAL = /[\0-\x20"#<>?^`{|}\x7f%\\]|[^\0-\x7f]|\/\./;

/**
 * The canonical form of a path as the URL library of Chromium, which Envoy uses, writes it (url/url_canon_path.cc); undefined if
 * there is none.
 *
 * An incomplete escape sequence stays as it is. Where decoding makes a sequence of one (`%%341`), its percent sign is encoded.
 */
function canonicalize(path: string): string | undefined {
  if (!NOT_CANONICAL.test(path)) return path;
  const output: string[] = [];
  const characters = [...path];
  let isValid = true;
  let strayPercent = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const dot = dotLength(characters, at);
    if (dot > 0) {
      const segment = output.at(-1) === '/' ? dotSegment(characters, at + dot) : undefined;
      at += dot - 1 + (segment?.length ?? 0);
      if (segment === undefined) output.push('.');
      else if (segment.isUp) {
        backUp(output);
        if (strayPercent >= output.length) strayPercent = Number.NEGATIVE_INFINITY;
      }
    } else if (character === '\\') {
      output.push('/');
    } else if (character === '%') {
      const digits = characters.slice(at + 1, at + 3).join('');
      if (!/^[0-9a-f]{2}$/i.test(digits)) {
        strayPercent = output.length;
        output.push('%');
        continue;
      }
      at += 2;
      const decoded = String.fromCharCode(Number.parseInt(digits, 16));
      isValid &&= decoded !== '\0';
      if (!UNRESERVED.test(decoded)) {
        output.push('%', ...digits);
        continue;
      }
      output.push(decoded);
      if (strayPercent >= output.length - 3) encodeStrayPercent(output, strayPercent, characters[at + 1]);
    } else if (ENCODED.test(character)) {
      output.push(...percentEncoded(character));
    } else {
      output.push(character);
    }
  }
  return isValid ? output.join('') : undefined;
}

/** How many characters a dot takes at a place: one, three if it is encoded, none if there is no dot. */
function dotLength(characters: readonly string[], at: number): number {
  if (characters[at] === '.') return 1;
  return characters[at] === '%' && characters[at + 1] === '2' && /^e$/i.test(characters[at + 2] ?? '') ? 3 : 0;
}

/** What follows the first dot of a segment `.` or `..`, its slash included; undefined if it is another segment. */
function dotSegment(
  characters: readonly string[],
  at: number,
): { readonly length: number; readonly isUp: boolean } | undefined {
  const second = dotLength(characters, at);
  const end = at + second;
  if (end >= characters.length) return { length: second, isUp: second > 0 };
  const isSlash = characters[end] === '/' || characters[end] === '\\';
  return isSlash ? { length: second + 1, isUp: second > 0 } : undefined;
}

/** Takes the last segment off, but never the first slash. */
function backUp(output: string[]): void {
  if (output.length <= 1) return;
  do output.pop();
  while (output.length > 1 && output.at(-1) !== '/');
}

/** Encodes the percent sign before what was just decoded, if both together would be a new escape sequence. */
function encodeStrayPercent(output: string[], percent: number, next: string | undefined): void {
  const after = output.slice(percent + 1);
  const digits = [...after, ...(after.length === 1 && next !== undefined ? [next] : [])].join('');
  if (/^[0-9a-f]{2}$/i.test(digits)) output.splice(percent + 1, 0, '2', '5');
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('');
}
