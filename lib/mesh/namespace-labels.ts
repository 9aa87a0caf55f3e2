/** Levels of the Pod Security Standards, from open to closed. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** What may be said about a namespace. */
export interface NamespaceOptions {
  /**
   * Pod Security level that the API server enforces and warns of.
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
