import { PRINCIPAL_OF_MESH } from '../../upstream/istio/mesh-config';
/**
 * Replaces the trust domain of principals by each of the mesh's, as istiod does before it sends a policy to Envoy
 * (istio/istio pilot/pkg/security/trustdomain/bundle.go).
 *
 * This applies only to principals of exactly five parts (`td/ns/x/sa/y`): `cluster.local/ns/x/*` has four and is left as
 * it is, so in a mesh with another trust domain it matches no caller.
 *
 * @param trustDomains the mesh's trust domain, then its aliases
 */
export function expandPrincipals(principals: readonly string[], trustDomains: readonly string[]): readonly string[] {
  return principals.flatMap((principal) => {
    const own = trustDomainOf(principal);
    if (own === undefined || own === '*') return principal;
    if (own === trustDomains[0] && trustDomains.length === 1) return principal;
    if (own !== PRINCIPAL_OF_MESH && !trustDomains.some((known) => sameTrustDomain(own, known))) return principal;
    const path = principal.slice(own.length);
    return [...new Set(trustDomains.map((known) => (endsAs(known, own) ? principal : `${known}${path}`)))];
  });
}

/** What stands before `/ns/x/sa/y`; undefined if the principal has not exactly five parts. */
function trustDomainOf(principal: string): string | undefined {
  let slashes = 0;
  for (let at = principal.indexOf('/'); at !== -1; at = principal.indexOf('/', at + 1)) slashes += 1;
  return slashes === 4 ? principal.slice(0, principal.indexOf('/')) : undefined;
}

/** Values of `trustDomains`: a value that is a trust domain of the mesh means all of them. */
export function expandTrustDomains(values: readonly string[], trustDomains: readonly string[]): readonly string[] {
  return [...new Set(values.flatMap((given) => (trustDomains.includes(given) ? trustDomains : [given])))];
}

function sameTrustDomain(a: string, b: string): boolean {
  return a === b || b === '*' || beginsAs(a, b) || beginsAs(b, a) || endsAs(a, b) || endsAs(b, a);
}

function beginsAs(text: string, pattern: string): boolean {
  return pattern.endsWith('*') && text.startsWith(pattern.slice(0, -1));
}

function endsAs(text: string, pattern: string): boolean {
  return pattern.startsWith('*') && text.endsWith(pattern.slice(1));
}
