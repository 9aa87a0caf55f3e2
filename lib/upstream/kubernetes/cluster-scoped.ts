/** Kinds of the API server, and of projects beside it, whose objects are in no namespace and have no `Cluster` in front. */
const KINDS: ReadonlySet<string> = new Set([
  ...['Namespace', 'Node', 'PersistentVolume', 'StorageClass', 'VolumeAttachment', 'CSIDriver', 'CSINode'],
  ...['CustomResourceDefinition', 'APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  ...['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicy'],
  ...['MutatingAdmissionPolicyBinding', 'PriorityClass', 'RuntimeClass', 'IngressClass', 'GatewayClass'],
  ...['CertificateSigningRequest', 'FlowSchema', 'PriorityLevelConfiguration', 'ServiceCIDR', 'IPAddress'],
]);

/** Whether objects of a kind are in no namespace; of a kind nobody here knows by its name (`ClusterIssuer`). */
export function isClusterScoped(kind: string): boolean {
  return KINDS.has(kind) || kind.startsWith('Cluster');
}
