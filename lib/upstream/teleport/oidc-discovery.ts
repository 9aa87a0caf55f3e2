/**
 * The URL from which Teleport reads the keys of an OIDC issuer, in its normal form (gravitational/teleport
 * lib/oidc/caching_token_validator.go; zitadel/oidc pkg/client/client.go `Discover`).
 *
 * An issuer with and without a slash at the end has one such document. It states one of the two, and Teleport compares the
 * whole string, so that it rejects every token of whoever wrote the other.
 */
export function discoveryUrl(issuer: string): string {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return URL.canParse(url) ? new URL(url).href : url;
}
