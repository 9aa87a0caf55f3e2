import { discoveryUrl } from '../../../lib/upstream/teleport/oidc-discovery';

test.each([
  ['https://a.example', 'https://a.example/.well-known/openid-configuration'],
  ['https://a.example/', 'https://a.example/.well-known/openid-configuration'],
  ['https://A.example:443/id/B/', 'https://a.example/id/B/.well-known/openid-configuration'],
  // Only one slash is taken off.
  ['https://a.example/id//', 'https://a.example/id//.well-known/openid-configuration'],
  ['not a URL', 'not a URL/.well-known/openid-configuration'],
])('the keys of the issuer %j are found by %s', (issuer, url) => {
  expect(discoveryUrl(issuer)).toBe(url);
});
