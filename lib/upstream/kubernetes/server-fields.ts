/** What an API server writes into the metadata of every object. */
export const SERVER_METADATA: ReadonlySet<string> = new Set([
  ...['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'],
]);

/** What kubectl and the Deployment controller write into annotations. */
export const SERVER_ANNOTATIONS: ReadonlySet<string> = new Set([
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'kubectl.kubernetes.io/last-applied-configuration',
]);
