/**
 * Values the API server accepts where the published definitions only tell them in prose (kubernetes/kubernetes
 * staging/src/k8s.io/api, the `const` blocks beside each type; pkg/apis/<group>/validation). Values that came later than
 * 1.34 are here too: what is judged may be for a newer server.
 */
type Enums = Readonly<Record<string, readonly string[]>>;

const PROTOCOL = ['TCP', 'UDP', 'SCTP'];
const TRAFFIC_POLICY = ['Cluster', 'Local'];
const ROLLING = ['RollingUpdate', 'OnDelete'];
const RETENTION = ['Retain', 'Delete'];

const CONTAINER: Enums = {
  imagePullPolicy: ['Always', 'IfNotPresent', 'Never'],
  restartPolicy: ['Always', 'OnFailure', 'Never'],
  terminationMessagePolicy: ['File', 'FallbackToLogsOnError'],
};

const WEBHOOK: Enums = {
  failurePolicy: ['Fail', 'Ignore'],
  matchPolicy: ['Exact', 'Equivalent'],
  sideEffects: ['None', 'NoneOnDryRun', 'Some', 'Unknown'],
};

/** By definition and field; of a list field the values of its entries. */
export const KUBERNETES_ENUMS: Readonly<Record<string, Enums>> = {
  'admissionregistration.v1.MutatingWebhook': { ...WEBHOOK, reinvocationPolicy: ['Never', 'IfNeeded'] },
  'admissionregistration.v1.RuleWithOperations': {
    operations: ['*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    scope: ['*', 'Cluster', 'Namespaced'],
  },
  'admissionregistration.v1.ValidatingWebhook': WEBHOOK,
  'apps.v1.DaemonSetUpdateStrategy': { type: ROLLING },
  'apps.v1.DeploymentStrategy': { type: ['RollingUpdate', 'Recreate'] },
  'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': { whenDeleted: RETENTION, whenScaled: RETENTION },
  'apps.v1.StatefulSetSpec': { podManagementPolicy: ['OrderedReady', 'Parallel'] },
  'apps.v1.StatefulSetUpdateStrategy': { type: ROLLING },
  'autoscaling.v2.MetricSpec': { type: ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'] },
  'autoscaling.v2.MetricTarget': { type: ['Utilization', 'Value', 'AverageValue'] },
  'batch.v1.CronJobSpec': { concurrencyPolicy: ['Allow', 'Forbid', 'Replace'] },
  'batch.v1.JobSpec': {
    completionMode: ['NonIndexed', 'Indexed'],
    podReplacementPolicy: ['TerminatingOrFailed', 'Failed'],
  },
  'core.v1.Container': CONTAINER,
  'core.v1.ContainerPort': { protocol: PROTOCOL },
  'core.v1.EphemeralContainer': CONTAINER,
  'core.v1.HTTPGetAction': { scheme: ['HTTP', 'HTTPS'] },
  'core.v1.HostPathVolumeSource': {
    type: ['DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'],
  },
  'core.v1.NodeSelectorRequirement': { operator: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] },
  'core.v1.PersistentVolumeClaimSpec': {
    accessModes: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'],
    volumeMode: ['Filesystem', 'Block'],
  },
  'core.v1.PodOS': { name: ['linux', 'windows'] },
  'core.v1.PodSecurityContext': {
    fsGroupChangePolicy: ['OnRootMismatch', 'Always'],
    supplementalGroupsPolicy: ['Merge', 'Strict'],
  },
  'core.v1.PodSpec': {
    dnsPolicy: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
    preemptionPolicy: ['PreemptLowerPriority', 'Never'],
    restartPolicy: ['Always', 'OnFailure', 'Never'],
  },
  'core.v1.SeccompProfile': { type: ['RuntimeDefault', 'Localhost', 'Unconfined'] },
  'core.v1.ServicePort': { protocol: PROTOCOL },
  'core.v1.ServiceSpec': {
    externalTrafficPolicy: TRAFFIC_POLICY,
    internalTrafficPolicy: TRAFFIC_POLICY,
    ipFamilies: ['IPv4', 'IPv6'],
    ipFamilyPolicy: ['SingleStack', 'PreferDualStack', 'RequireDualStack'],
    sessionAffinity: ['None', 'ClientIP'],
    type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  },
  'core.v1.Toleration': {
    effect: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
    operator: ['Exists', 'Equal', 'Lt', 'Gt'],
  },
  'core.v1.TopologySpreadConstraint': { whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'] },
  'core.v1.VolumeMount': { mountPropagation: ['None', 'HostToContainer', 'Bidirectional'] },
  'networking.v1.HTTPIngressPath': { pathType: ['Exact', 'Prefix', 'ImplementationSpecific'] },
  'networking.v1.NetworkPolicyPort': { protocol: PROTOCOL },
  'networking.v1.NetworkPolicySpec': { policyTypes: ['Ingress', 'Egress'] },
  'policy.v1.PodDisruptionBudgetSpec': { unhealthyPodEvictionPolicy: ['IfHealthyBudget', 'AlwaysAllow'] },
  'rbac.v1.RoleRef': { kind: ['Role', 'ClusterRole'] },
  'rbac.v1.Subject': { kind: ['User', 'Group', 'ServiceAccount'] },
  'scheduling.v1.PriorityClass': { preemptionPolicy: ['PreemptLowerPriority', 'Never'] },
  'storage.v1.CSIDriverSpec': {
    fsGroupPolicy: ['ReadWriteOnceWithFSType', 'File', 'None'],
    volumeLifecycleModes: ['Persistent', 'Ephemeral'],
  },
  'storage.v1.StorageClass': {
    reclaimPolicy: ['Delete', 'Retain', 'Recycle'],
    volumeBindingMode: ['Immediate', 'WaitForFirstConsumer'],
  },
};
