import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Target } from '../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';

/** Properties of SpiffeCsiDriver. */
export interface SpiffeCsiDriverProps {
  /**
   * The socket to mount, created with `WorkloadApiSocket.csi()`, which determines the driver name and the host
   * directory.
   */
  readonly socket: WorkloadApiSocket;
  /**
   * Namespace of the DaemonSet and its ServiceAccount; it must exist and allow privileged pods
   * (`pod-security.kubernetes.io/enforce: privileged`).
   */
  readonly namespace: string;
  /**
   * Name of the DaemonSet and its ServiceAccount.
   *
   * @default 'spiffe-csi-driver'
   */
  readonly name?: string;
  /**
   * Releases to write for; the driver's image tag is `target.csiDriver`.
   *
   * @default - the defaults of `Target.of()`
   */
  readonly target?: Target;
  /**
   * Where the driver's image is pulled from, without a tag.
   *
   * @default 'ghcr.io/spiffe/spiffe-csi-driver'
   */
  readonly imageRepository?: string;
  /**
   * Where the registrar's image is pulled from, without a tag.
   *
   * @default 'registry.k8s.io/sig-storage/csi-node-driver-registrar'
   */
  readonly registrarImageRepository?: string;
  /**
   * The kubelet's root directory on the nodes; k0s and MicroK8s, for example, use a different one.
   *
   * @default '/var/lib/kubelet'
   */
  readonly kubeletDirectory?: string;
  /**
   * Strictest Pod Security level at which OpenShift still allows the volume, written as the label
   * `security.openshift.io/csi-ephemeral-volume-profile`. Without it, OpenShift rejects inline CSI volumes in every
   * namespace that is not `privileged`; other distributions ignore it.
   *
   * @default - no label
   */
  readonly openShiftProfile?: 'restricted' | 'baseline' | 'privileged';
  /**
   * Whether nodes enforce SELinux. The registrar then runs privileged too, because SELinux does not let an unprivileged
   * container open the socket of a privileged one (kubernetes-csi/csi-driver-host-path deploy/).
   *
   * @default false
   */
  readonly seLinux?: boolean;
  /**
   * Priority class of the pods. Without the driver, no pod in the mesh starts on a node, so it must not be evicted. GKE
   * allows the `system-` classes outside `kube-system` only with a matching ResourceQuota.
   *
   * @default 'system-node-critical'
   */
  readonly priorityClassName?: string;
  /**
   * How many nodes may be without the driver during a rollout, as a number or a percentage. Mounted volumes keep
   * working; only new pods wait.
   *
   * @default '10%'
   */
  readonly maxUnavailable?: number | `${number}%`;
  /**
   * Resources of each of the two containers. There is no CPU limit by default, because a throttled driver delays every
   * pod start.
   *
   * @default - requests of 10m CPU and 32Mi memory, limited to 64Mi memory
   */
  readonly resources?: ResourceRequirements;
}
