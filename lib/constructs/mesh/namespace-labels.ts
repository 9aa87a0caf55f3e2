import {
  POD_SECURITY_LABEL,
  POD_SECURITY_WARN_LABEL,
  type PodSecurityLevel,
} from '../../upstream/kubernetes/pod-security';

/** Labels of a namespace. */
export interface NamespaceOptions {
  /**
   * Pod Security level that the API server enforces and warns about.
   *
   * `baseline` and `restricted` need Istio's CNI plugin (`istio: { cni: true }` of the mesh), because the init
   * container that is used without it needs `NET_ADMIN`. In a `restricted` namespace, `addService` sets the fields that
   * the level requires of containers; your own workloads must set them themselves.
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
