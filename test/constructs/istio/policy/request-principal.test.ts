import { RequestPrincipal } from '../../../../lib/constructs/istio/policy/request-principal';
import { refusal } from '../refusal';

const ISSUER = 'https://example.teleport.sh/workload-identity';

/** How istiod takes a request principal apart (pilot/pkg/security/authz/model/generator.go). */
function split(pattern: string): { iss: string; sub: string } {
  const slash = pattern.lastIndexOf('/');
  return { iss: pattern.slice(0, slash), sub: pattern.slice(slash + 1) };
}

test('istiod reads back the issuer and the subject that were meant, although issuers have slashes', () => {
  expect(split(RequestPrincipal.of(ISSUER, 'ci').pattern)).toEqual({ iss: ISSUER, sub: 'ci' });
  expect(split(RequestPrincipal.anyOf(ISSUER).pattern)).toEqual({ iss: ISSUER, sub: '*' });
});

test('a subject with a slash is refused, since istiod would cut it at the last one', () => {
  const error = refusal(() => RequestPrincipal.of(ISSUER, 'spiffe://example.teleport.sh/ns/shop/sa/cart'));
  expect(error.problem).toContain('last slash');
  expect(error.fix).toContain('JwtIssuer.callers');
});

test.each(['', '*', 'https://*'])('the issuer %j is refused', (issuer) => {
  expect(refusal(() => RequestPrincipal.anyOf(issuer)).problem).toBe('not a valid issuer');
});

test('any token is a bare star', () => {
  expect(RequestPrincipal.anyAuthenticated().toString()).toBe('*');
});
