import type { NormalizationMode } from '../../upstream/istio/mesh-config';

/**
 * What a proxy makes of a request's path before any rule sees it, in Envoy's order: escaped slashes, RFC 3986, double
 * slashes (istio/istio pilot/pkg/networking/core/listener_builder.go). The query is cut off, as rules look at the path only.
 *
 * With `NONE` the path stays as sent, so `/a/../admin` does not match a rule on `/admin`.
 */
export function normalizePath(path: string, normalization: NormalizationMode): string {
  let result = path.replace(/[?#].*$/s, '');
  if (normalization === 'NONE') return result;
  if (normalization === 'DECODE_AND_MERGE_SLASHES') result = result.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  result = removeDotSegments(decodeUnreserved(result.replaceAll('\\', '/')));
  return normalization === 'DEFAULT' || normalization === 'BASE' ? result : result.replace(/\/{2,}/g, '/');
}

function decodeUnreserved(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded;
  });
}

function removeDotSegments(path: string): string {
  if (!path.startsWith('/')) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (last) kept.push('');
  }
  return `/${kept.join('/')}`;
}
