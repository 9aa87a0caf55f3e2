import { LASTING_KINDS } from '../kubernetes/pod-template';

/** The release of Kubernetes that removed a version of an API, and what to write now. */
export type RemovedApi = readonly [release: string, now: string];

/** Versions of APIs that no supported release of Kubernetes serves, by kind and version, with what came after them and the release that removed them (kubernetes.io/docs/reference/using-api/deprecation-guide). */
const REMOVED: ReadonlyMap<string, RemovedApi> = new Map<string, RemovedApi>([
  ...LASTING_KINDS.flatMap((kind) =>
    ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2'].map(
      (version) => [`${kind} ${version}`, ['1.16', 'apps/v1']] as [string, RemovedApi],
    ),
  ),
  ['NetworkPolicy extensions/v1beta1', ['1.16', 'networking.k8s.io/v1']],
  ['Ingress extensions/v1beta1', ['1.22', 'networking.k8s.io/v1']],
  ['Ingress networking.k8s.io/v1beta1', ['1.22', 'networking.k8s.io/v1']],
  ['IngressClass networking.k8s.io/v1beta1', ['1.22', 'networking.k8s.io/v1']],
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map(
    (kind) =>
      [`${kind} rbac.authorization.k8s.io/v1beta1`, ['1.22', 'rbac.authorization.k8s.io/v1']] as [string, RemovedApi],
  ),
  ...['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'].map(
    (kind) => [`${kind} storage.k8s.io/v1beta1`, ['1.22', 'storage.k8s.io/v1']] as [string, RemovedApi],
  ),
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map(
    (kind) =>
      [`${kind} admissionregistration.k8s.io/v1beta1`, ['1.22', 'admissionregistration.k8s.io/v1']] as [
        string,
        RemovedApi,
      ],
  ),
  ['CustomResourceDefinition apiextensions.k8s.io/v1beta1', ['1.22', 'apiextensions.k8s.io/v1']],
  ['APIService apiregistration.k8s.io/v1beta1', ['1.22', 'apiregistration.k8s.io/v1']],
  ['CertificateSigningRequest certificates.k8s.io/v1beta1', ['1.22', 'certificates.k8s.io/v1']],
  ['Lease coordination.k8s.io/v1beta1', ['1.22', 'coordination.k8s.io/v1']],
  ['PriorityClass scheduling.k8s.io/v1beta1', ['1.22', 'scheduling.k8s.io/v1']],
  ['CronJob batch/v1beta1', ['1.25', 'batch/v1']],
  ['EndpointSlice discovery.k8s.io/v1beta1', ['1.25', 'discovery.k8s.io/v1']],
  ['PodDisruptionBudget policy/v1beta1', ['1.25', 'policy/v1']],
  ['PodSecurityPolicy policy/v1beta1', ['1.25', 'Pod Security labels of namespaces']],
  ['RuntimeClass node.k8s.io/v1beta1', ['1.25', 'node.k8s.io/v1']],
  ['HorizontalPodAutoscaler autoscaling/v2beta1', ['1.25', 'autoscaling/v2']],
  ['HorizontalPodAutoscaler autoscaling/v2beta2', ['1.26', 'autoscaling/v2']],
]);

/** The release of Kubernetes that removed a version of an API, and what to write now; undefined for those it has. */
export function removedApi(kind: string, apiVersion: string): RemovedApi | undefined {
  return REMOVED.get(`${kind} ${apiVersion}`);
}
