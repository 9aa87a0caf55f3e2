import { Principal } from '../../../../lib/constructs/istio/policy/principal';
import { RequestPrincipal } from '../../../../lib/constructs/istio/policy/request-principal';
import { type RequestSource, renderSource } from '../../../../lib/constructs/istio/policy/source';
import { Target } from '../../../../lib/upstream/releases/target';
import { TrustDomain } from '../../../../lib/upstream/spiffe/trust-domain';
import { refusal } from '../refusal';

const trustDomain = TrustDomain.parse('example.org');
const render = (source: RequestSource, istio = '1.28') => renderSource('here', source, Target.of({ istio }));

test('principals become their texts', () => {
  expect(
    render({
      principals: [Principal.anyInNamespace(trustDomain, 'shop')],
      notPrincipals: [Principal.anyAuthenticated()],
      requestPrincipals: [RequestPrincipal.anyAuthenticated()],
    }),
  ).toEqual({ principals: ['example.org/ns/shop/sa/*'], notPrincipals: ['*'], requestPrincipals: ['*'] });
});

test('ServiceAccounts are written with their namespace, or bare for the policy’s own', () => {
  expect(render({ serviceAccounts: [{ namespace: 'shop', name: 'cart' }, { name: 'web' }] })).toEqual({
    serviceAccounts: ['shop/cart', 'web'],
  });
});

test('ServiceAccounts beside principals or namespaces do not compile, and are refused at run time', () => {
  // @ts-expect-error Istio refuses the two in one source
  const both: RequestSource = { serviceAccounts: [{ name: 'web' }], principals: [Principal.anyAuthenticated()] };
  expect(refusal(() => render(both)).problem).toContain(
    'Istio refuses ServiceAccounts combined with principals or namespaces in one source',
  );
  // @ts-expect-error Istio refuses the two in one source
  const namespaces: RequestSource = { notServiceAccounts: [{ name: 'web' }], notNamespaces: ['shop'] };
  expect(refusal(() => render(namespaces)).problem).toContain(
    'Istio refuses ServiceAccounts combined with principals or namespaces in one source',
  );
});

test('more than 16 ServiceAccounts are refused, as istiod does', () => {
  const serviceAccounts = Array.from({ length: 17 }, (_, i) => ({ name: `sa-${i}` }));
  expect(refusal(() => render({ serviceAccounts })).problem).toBe('17 ServiceAccounts in one source');
  render({ serviceAccounts: serviceAccounts.slice(1) });
});

test('trust domains as a source need Istio 1.30.2, and the error names the version', () => {
  const error = refusal(() => render({ trustDomains: [trustDomain] }, '1.30.1'));
  expect(error.problem).toContain('1.30.1');
  expect(error.allowed).toContain('1.30');
  expect(refusal(() => render({ notTrustDomains: [trustDomain] })).problem).toContain('1.28');
  expect(render({ trustDomains: [trustDomain] }, '1.30.2')).toEqual({ trustDomains: ['example.org'] });
});

test('an empty source, an empty list and an empty text are refused', () => {
  // @ts-expect-error one field is demanded
  expect(refusal(() => render({})).problem).toBe('a source is empty');
  expect(refusal(() => render({ principals: [] })).problem).toBe('"principals" is empty');
  expect(refusal(() => render({ notServiceAccounts: [] })).problem).toBe('"notServiceAccounts" is empty');
});

test('a text in the place of a Principal is refused: it would be written as nothing', () => {
  const text = 'example.org/ns/shop/sa/web' as unknown as Principal;

  expect(refusal(() => render({ principals: [text] }))).toMatchObject({
    problem: '"principals" contains an invalid value',
    value: 'example.org/ns/shop/sa/web',
    fix: expect.stringContaining('Principal.of('),
  });
});

// The namespace is part of a regular expression in which every star is a wildcard.
test.each(['shop', 'shop-*', '*-prod', '*', 'sh*op', '*-prod-*'])('the namespace pattern %j passes', (pattern) => {
  expect(render({ namespaces: [pattern] })).toEqual({ namespaces: [pattern] });
});

test.each(['', 'a/b', 'Shop', '-*', 's*/b'])('the namespace pattern %j is refused', (pattern) => {
  refusal(() => render({ namespaces: [pattern] }));
});

test.each(['10.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32', '0.0.0.0/0'])('the block %j passes', (block) => {
  expect(render({ ipBlocks: [block] })).toEqual({ ipBlocks: [block] });
});

test.each([
  '',
  '10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '::1/129',
  'fe80::1%eth0',
  'example.org',
  '1.2.3.4/-1',
])('the block %j is refused', (block) => {
  refusal(() => render({ remoteIpBlocks: [block] }));
  refusal(() => render({ notIpBlocks: [block] }));
});
