import { field, listAt, textAt } from '../../base/json';
import type { Manifest } from '../../model/documents/manifest';
import type { Claims } from './facts';

/** What becomes of a request's token at a workload. */
export type TokenResult =
  /** The claims rules see; null if there is no verified token. */
  | { readonly accepted: true; readonly claims: Claims | null | undefined; readonly assumption: string | undefined }
  /** The request is refused (401) before any AuthorizationPolicy is looked at. */
  | { readonly accepted: false; readonly problem: string };

/** Claims that Envoy gets as lists, split at spaces, besides those a rule names. */
const SPACE_DELIMITED = ['scope', 'permission'];

/**
 * Takes a token through a workload's RequestAuthentications. No token is always accepted: to demand one is an
 * AuthorizationPolicy's business.
 *
 * @param claims the payload as the caller states it; null for no token, undefined if it is not stated
 */
export function verifyToken(policies: readonly Manifest[], claims: Claims | null | undefined): TokenResult {
  const rules = policies.flatMap(({ body }) => listAt(body, 'spec', 'jwtRules'));
  if (rules.length === 0) {
    const assumption = claims
      ? 'no RequestAuthentication verifies tokens here, so rules do not see the claims'
      : undefined;
    return { accepted: true, claims: null, assumption };
  }
  if (claims === null || claims === undefined) return { accepted: true, claims, assumption: undefined };
  const issuer = typeof claims.iss === 'string' ? claims.iss : '';
  const rule = rules.find((entry) => (textAt(entry, 'issuer') ?? issuer) === issuer);
  if (rule === undefined) return { accepted: false, problem: `no RequestAuthentication knows the issuer "${issuer}"` };
  const audiences = listAt(rule, 'audiences');
  const given = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audiences.length > 0 && !given.some((audience) => audiences.includes(audience ?? null))) {
    return { accepted: false, problem: 'the token’s audience is not among those the RequestAuthentication accepts' };
  }
  const delimited = [...SPACE_DELIMITED, ...listAt(field(rule, 'spaceDelimitedClaims'))];
  const assumption = 'the token’s signature and times are taken to be good';
  return { accepted: true, claims: splitClaims(claims, delimited), assumption };
}

function splitClaims(claims: Claims, delimited: readonly unknown[]): Claims {
  return Object.fromEntries(
    Object.entries(claims).map(([name, claim]) => [
      name,
      typeof claim === 'string' && delimited.includes(name) ? claim.split(' ') : claim,
    ]),
  );
}
