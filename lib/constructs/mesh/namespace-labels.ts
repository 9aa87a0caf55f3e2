import {
  POD_SECURITY_LABEL,
  POD_SECURITY_WARN_LABEL,
  type PodSecurityLevel,
} from '../../upstream/kubernetes/pod-security';

/** What may be said about a namespace. */
export interface NamespaceOptions {
  /**
   * Pod Security level that the API server enforces and warns of.
   *
   * `baseline` and `restricted` need Istio's CNI plugin (`istio: { cni: true }` of the mesh), because the init container
   * that stands in for it wants `NET_ADMIN`. In a `restricted` one `addService` writes what the level asks of containers;
   * workloads of one's own have to say it themselves.
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
      [POD_SECURITY_LABEL]: podSecurity,
      [POD_SECURITY_WARN_LABEL]: podSecurity,
    }),
  };
}
