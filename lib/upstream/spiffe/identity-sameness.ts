/**
 * Label of a Namespace that says whether its identities are the same in several clusters on purpose. A trust domain, a
 * namespace and a ServiceAccount are all there is in an identity that Istio understands, so the cluster cannot be a part of
 * it (istio/istio pkg/spiffe/spiffe.go).
 */
export const IDENTITY_LABEL = 'teleport-istio/identity';

/**
 * Whose a namespace's identities are. A namespace and a ServiceAccount of the same name are one identity in all clusters of
 * a trust domain: `shared` says that this is meant, `exclusive` that one cluster alone may have them.
 */
export type NamespaceIdentity = 'shared' | 'exclusive';

/** The words for it. */
export const NAMESPACE_IDENTITIES: readonly NamespaceIdentity[] = ['shared', 'exclusive'];
