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
