import type { Claim, Claims } from './facts';
import { type StringTest, stringPattern } from './string-pattern';

/** A test of a verified token's payload. */
export type ClaimsTest = (claims: Claims) => boolean;

/**
 * A value of `requestPrincipals`, `issuer/subject`, split at the last slash because issuers are mostly URLs
 * (istio/istio pilot/pkg/security/authz/model/generator.go).
 */
export function requestPrincipalPattern(pattern: string): ClaimsTest {
  const [issuer, subject] = issuerAndSubject(pattern);
  return (claims) =>
    typeof claims.iss === 'string' && typeof claims.sub === 'string' && issuer(claims.iss) && subject(claims.sub);
}

/** A value of a claim, looked up by its path: the claim is a string, or a list with such a string in it. */
export function claimPattern(path: readonly string[], pattern: string): ClaimsTest {
  const test = stringPattern(pattern);
  return (claims) => texts(lookUp(claims, path)).some(test);
}

function issuerAndSubject(pattern: string): readonly [StringTest, StringTest] {
  const present = stringPattern('*');
  const slash = pattern.lastIndexOf('/');
  if (pattern === '*') return [present, present];
  if (slash < 0) {
    // Without a slash a leading star is about the subject, anything else about the issuer.
    if (pattern.startsWith('*')) return [present, stringPattern(pattern)];
    return pattern.endsWith('*') ? [stringPattern(pattern), present] : [exact(pattern), exact('')];
  }
  const issuer = pattern.slice(0, slash);
  const subject = pattern.slice(slash + 1);
  if (pattern.startsWith('*')) return [stringPattern(issuer), exact(subject)];
  if (pattern.endsWith('*')) return [exact(issuer), stringPattern(subject)];
  return [exact(issuer), exact(subject)];
}

function exact(wanted: string): StringTest {
  return (text) => text === wanted;
}

function lookUp(claims: Claims, path: readonly string[]): Claim | undefined {
  let found: Claim | undefined = claims;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    const object: Claims = found as Claims;
    found = Object.hasOwn(object, name) ? object[name] : undefined;
  }
  return found;
}

function texts(claim: Claim | undefined): readonly string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((entry) => typeof entry === 'string') : [];
}
