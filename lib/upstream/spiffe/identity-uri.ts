/** What every SPIFFE ID begins with. */
export const SPIFFE_SCHEME = 'spiffe://';

/** The path of the identity that Istio expects of a pod (istio/istio pkg/spiffe/spiffe.go). */
export function istioPath(namespace: string, serviceAccount: string): string {
  return `/ns/${namespace}/sa/${serviceAccount}`;
}

/** The URI for a trust domain and a path, or for a principal of a policy, as they are written and whether or not they are valid. */
export function identityUri(trustDomain: string, path = ''): string {
  return `${SPIFFE_SCHEME}${trustDomain}${path}`;
}

/** The URI that Istio expects of a pod, from texts that need not be valid; `SpiffeId.forWorkload` makes one that is. */
export function istioIdentityUri(trustDomain: string, namespace: string, serviceAccount: string): string {
  return identityUri(trustDomain, istioPath(namespace, serviceAccount));
}

const OF_POD = new RegExp(`^${SPIFFE_SCHEME}[^/]+/ns/(?<namespace>[^/]+)/sa/(?<account>.+)$`);

/** The namespace and account of an identity that has the form Istio expects of pods; undefined for others. */
export function podOfIdentity(uri: string): { readonly namespace: string; readonly account: string } | undefined {
  const { namespace, account } = OF_POD.exec(uri)?.groups ?? {};
  return namespace === undefined || account === undefined ? undefined : { namespace, account };
}
