import type { JsonValue } from '../../base/json';
import { textAt } from '../../base/json';
import { discoveryUrl } from '../../upstream/teleport/oidc-discovery';
import { jwksKeys } from './jwks-keys';

/** A join token, as far as it tells for which cluster it is. */
interface Token {
  readonly spec: JsonValue;
}

/**
 * Whether two tokens certainly belong to two Kubernetes clusters: both join by keys and share none, or by different
 * issuers. False if the tokens do not show it, such as keys and an issuer, or an issuer that is written in two ways.
 */
export function areOfTwoClusters(one: Token, other: Token): boolean {
  const [own, theirs] = [originOf(one), originOf(other)];
  return own !== undefined && theirs?.type === own.type && ![...own.marks].some((mark) => theirs.marks.has(mark));
}

/** What tells the cluster of a token from others, undefined if nothing in it does. */
function originOf({ spec }: Token): { readonly type: string; readonly marks: ReadonlySet<string> } | undefined {
  if (textAt(spec, 'join_method') !== 'kubernetes') return undefined;
  const type = textAt(spec, 'kubernetes', 'type');
  const marks = type === 'static_jwks' ? thumbprintsOf(spec) : type === 'oidc' ? issuerOf(spec) : [];
  return type === undefined || marks.length === 0 ? undefined : { type, marks: new Set(marks) };
}

function thumbprintsOf(spec: JsonValue): readonly string[] {
  try {
    const jwks = JSON.parse(textAt(spec, 'kubernetes', 'static_jwks', 'jwks') ?? '') as JsonValue;
    return jwksKeys(jwks).map(({ thumbprint }) => thumbprint);
  } catch {
    return [];
  }
}

function issuerOf(spec: JsonValue): readonly string[] {
  const issuer = textAt(spec, 'kubernetes', 'oidc', 'issuer') ?? '';
  return issuer === '' ? [] : [discoveryUrl(issuer)];
}
