/** Levels of the Pod Security Standards, from open to closed. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** What may be said about a namespace. */
export interface NamespaceOptions {
  /**
   * Pod Security level that the API server enforces and warns of.
   *
   * `baseline` and `restricted` need Istio's CNI plugin (`istio: { cni: true }` of the mesh), because the init container
   * that stands in for it wants `NET_ADMIN`; `restricted` also wants a seccomp profile of the whole pod, the proxy included
   * (`pod: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }`).
   *
   * @default - no label: the cluster's default
   */
  readonly podSecurity?: PodSecurityLevel;
  /**
   * Further labels.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** All labels of a namespace. */
export function namespaceLabels({ podSecurity, labels }: NamespaceOptions): Readonly<Record<string, string>> {
  return {
    ...labels,
    ...(podSecurity && {
      'pod-security.kubernetes.io/enforce': podSecurity,
      'pod-security.kubernetes.io/warn': podSecurity,
    }),
  };
}
