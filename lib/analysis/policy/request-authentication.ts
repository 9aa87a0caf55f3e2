import { field, type JsonValue, listAt, textAt } from '../../base/json';
import type { Manifest } from '../../model/documents/manifest';
import type { Target } from '../../upstream/releases/target';
import type { Claims } from './facts';

/** The result of verifying a request's token at a workload. */
export type TokenResult =
  /** The claims rules see; null if there is no verified token. */
  | {
      readonly accepted: true;
      readonly claims: Claims | null | undefined;
      readonly assumption: string | undefined;
      /** Issuers from which the request needs a token, if it is not stated whether it has one. */
      readonly stillNeeded?: readonly string[];
    }
  /** The request is rejected (401) before any AuthorizationPolicy is evaluated. */
  | { readonly accepted: false; readonly problem: string };

/** Claims that Envoy gets as lists, split at spaces, besides those a rule names. */
const SPACE_DELIMITED = ['scope', 'permission'];

/**
 * Verifies a token with a workload's RequestAuthentications. A request without a token is accepted, unless a rule says
 * `presence: REQUIRED`; with several such rules it needs a token for each (istio/api
 * security/v1beta1/request_authentication.proto).
 *
 * @param claims the payload as the caller states it; null for no token, undefined if it is not stated
 */
export function verifyToken(
  policies: readonly Manifest[],
  claims: Claims | null | undefined,
  target: Target,
): TokenResult {
  const rules = policies.flatMap(({ body }) => listAt(body, 'spec', 'jwtRules'));
  if (rules.length === 0) {
    const assumption = claims ? 'no RequestAuthentication verifies tokens here, so rules see no claims' : undefined;
    return { accepted: true, claims: null, assumption };
  }
  const required = target.has('hasJwtPresence')
    ? rules.filter(isRequired).map((entry) => textAt(entry, 'issuer') ?? '')
    : [];
  if (claims === null && required[0] !== undefined) {
    return { accepted: false, problem: `a RequestAuthentication requires a token from ${issuerName(required[0])}` };
  }
  if (claims === null || claims === undefined) {
    return { accepted: true, claims, assumption: undefined, stillNeeded: required.map(issuerName) };
  }
  const issuer = typeof claims.iss === 'string' ? claims.iss : '';
  const rule = rules.find((entry) => (textAt(entry, 'issuer') ?? issuer) === issuer);
  if (rule === undefined) return { accepted: false, problem: `no RequestAuthentication has the issuer "${issuer}"` };
  const audiences = listAt(rule, 'audiences');
  const given = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (audiences.length > 0 && !given.some((audience) => audiences.includes(audience ?? null))) {
    return { accepted: false, problem: 'the RequestAuthentication does not accept the token’s audience' };
  }
  const delimited = [...SPACE_DELIMITED, ...listAt(field(rule, 'spaceDelimitedClaims'))];
  const assumption = 'the token’s signature is valid, and it has not expired';
  const stillNeeded = required.filter((one) => one !== issuer).map(issuerName);
  return { accepted: true, claims: splitClaims(claims, delimited), assumption, stillNeeded };
}

/** Whether a rule demands its token: the name of the value, or its number. */
function isRequired(rule: JsonValue): boolean {
  const presence = field(rule, 'presence');
  return presence === 'REQUIRED' || presence === 1;
}

function issuerName(issuer: string): string {
  return issuer === '' ? 'any issuer' : issuer;
}

function splitClaims(claims: Claims, delimited: readonly unknown[]): Claims {
  return Object.fromEntries(
    Object.entries(claims).map(([name, claim]) => [
      name,
      typeof claim === 'string' && delimited.includes(name) ? claim.split(' ') : claim,
    ]),
  );
}
