/** Fields and condition keys that need HTTP (istio/istio pilot/pkg/security/authz/model). */
const HTTP_FIELDS: ReadonlySet<string> = new Set([
  ...['methods', 'hosts', 'paths', 'requestPrincipals', 'notMethods', 'notHosts', 'notPaths', 'notRequestPrincipals'],
]);

/** Fields and condition keys that look at the caller's SPIFFE ID. */
const IDENTITY_FIELDS: ReadonlySet<string> = new Set([
  ...['principals', 'namespaces', 'serviceAccounts', 'trustDomains'],
  ...['notPrincipals', 'notNamespaces', 'notServiceAccounts', 'notTrustDomains'],
  ...['source.principal', 'source.namespace', 'source.serviceAccount', 'source.trustDomain'],
]);

/** Whether a field or condition key exists only for HTTP requests. */
export function isHttpField(name: string): boolean {
  return HTTP_FIELDS.has(name) || name.startsWith('request.');
}

/** Whether a field or condition key looks at the identity of the peer. */
export function isIdentityField(name: string): boolean {
  return IDENTITY_FIELDS.has(name);
}
