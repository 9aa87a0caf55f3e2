import { Principal } from '../../../../lib/constructs/istio/policy/principal';
import { SpiffeId } from '../../../../lib/upstream/spiffe/spiffe-id';
import { TrustDomain } from '../../../../lib/upstream/spiffe/trust-domain';
import { refusal } from '../refusal';

const trustDomain = TrustDomain.parse('example.teleport.sh');

test('an identity is named without its scheme: Istio puts it in front itself', () => {
  const id = SpiffeId.parse('spiffe://example.teleport.sh/ns/shop/sa/cart');
  expect(Principal.of(id).pattern).toBe('example.teleport.sh/ns/shop/sa/cart');
});

test('a namespace is named with five parts, for only then Istio applies trust-domain aliases', () => {
  const { pattern } = Principal.anyInNamespace(trustDomain, 'shop');
  expect(pattern).toBe('example.teleport.sh/ns/shop/sa/*');
  expect(pattern.split('/')).toHaveLength(5);
});

test('what is not a namespace is refused: an asterisk there would be a literal star', () => {
  expect(refusal(() => Principal.anyInNamespace(trustDomain, '*')).value).toBe('*');
  expect(refusal(() => Principal.anyInNamespace(trustDomain, 'shop/sa')).value).toBe('shop/sa');
});

test('an asterisk stands only at the end', () => {
  expect(Principal.anyInTrustDomain(trustDomain).pattern).toBe('example.teleport.sh/*');
  expect(Principal.anyAuthenticated().toString()).toBe('*');
});

test('principals with the same text are equal', () => {
  expect(Principal.anyAuthenticated().equals(Principal.anyAuthenticated())).toBe(true);
  expect(Principal.anyAuthenticated().equals(Principal.anyInTrustDomain(trustDomain))).toBe(false);
});
