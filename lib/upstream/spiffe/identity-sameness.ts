/**
 * Label of a Namespace that says whether its identities are the same in several clusters on purpose. A trust domain, a
 * namespace and a ServiceAccount are all there is in an identity that Istio understands, so the cluster cannot be a part of
 * it (istio/istio pkg/spiffe/spiffe.go).
 */
export const IDENTITY_LABEL = 'teleport-istio/identity';

/**
 * Whether a namespace's identities are shared between clusters. A namespace and a ServiceAccount with the same names
 * have one identity in all clusters of a trust domain: `shared` states that this is intended, `exclusive` that only one
 * cluster may have them.
 */
export type NamespaceIdentity = 'shared' | 'exclusive';

/** The words for it. */
export const NAMESPACE_IDENTITIES: readonly NamespaceIdentity[] = ['shared', 'exclusive'];
