import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Target } from '../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { JoinToken, ServiceAccountReference } from '../teleport/join-token';
import type { CredentialLifetime } from './credential-lifetime';
import type { KubeletTls } from './kubelet-tls';
import type { KubeletAddress, TbotPrivilege } from './tbot-daemon-set-pod';
import type { KubeletAuthorization } from './tbot-rbac';
import type { WorkloadIdentitySelector } from './workload-identity-selector';

/** Properties of TbotDaemonSet. */
export interface TbotDaemonSetProps {
  /** How tbot joins; it determines the Teleport cluster, the namespace and the ServiceAccount. */
  readonly token: JoinToken;
  /** The identity that workloads get: one by name, for Istio and Envoy. */
  readonly identity: WorkloadIdentitySelector;
  /** Where tbot listens on each node. */
  readonly socket: WorkloadApiSocket;
  /** How tbot authenticates the node's kubelet. */
  readonly kubelet: KubeletTls;
  /**
   * Name of the DaemonSet and its ConfigMap.
   *
   * @default - the name of the ServiceAccount
   */
  readonly name?: string;
  /**
   * Which of the join token's ServiceAccounts tbot runs as. Its namespace must exist and allow privileged pods
   * (`pod-security.kubernetes.io/enforce: privileged`).
   *
   * @default - the only one
   */
  readonly serviceAccount?: ServiceAccountReference;
  /**
   * Releases to write for; the image tag is `target.teleport`.
   *
   * @default - the defaults of `Target.of()`
   */
  readonly target?: Target;
  /**
   * Where the image is pulled from, without a tag.
   *
   * @default 'public.ecr.aws/gravitational/tbot-distroless'
   */
  readonly imageRepository?: string;
  /**
   * Lifetime of SVIDs.
   *
   * @default - 1 hour, renewed every 20 minutes; set by tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
  /**
   * How tbot addresses its node's kubelet: by the node's name, which is in kubelet certificates, or by its IP address,
   * for clusters whose DNS does not resolve node names.
   *
   * @default 'nodeName'
   */
  readonly kubeletAddress?: KubeletAddress;
  /**
   * The permission to read the kubelet's list of pods.
   *
   * @default - 'nodes/pods' if the target's kubelets support it, otherwise 'nodes/proxy', which also lets tbot run
   * commands in every pod
   */
  readonly kubeletAuthorization?: KubeletAuthorization;
  /**
   * `capabilities`: root with only the capabilities to read other processes. `privileged`: for nodes on which that is
   * not enough, because SELinux is enforced or workloads run without the usual AppArmor profile of containers.
   *
   * @default 'capabilities'
   */
  readonly privilege?: TbotPrivilege;
  /**
   * IP address in the pod that the diagnostics are served at; `::` for pods with IPv6 addresses. The kubelet's probes
   * and Prometheus connect from outside the pod, so it cannot be loopback.
   *
   * @default '0.0.0.0' - every IPv4 address of the pod
   */
  readonly bindAddress?: string;
  /**
   * Namespaces whose pods may read tbot's health and metrics (TCP port 3001). A NetworkPolicy denies the port to all
   * other pods; the kubelet's probes come from the node, which NetworkPolicies never block.
   *
   * @default - no NetworkPolicy: every pod of the cluster can read them
   */
  readonly diagnosticsFrom?: readonly string[];
  /**
   * Priority class of the pods. Without tbot, no certificate on the node is renewed, so it must not be evicted. GKE
   * allows the `system-` classes outside `kube-system` only with a matching ResourceQuota.
   *
   * @default 'system-node-critical'
   */
  readonly priorityClassName?: string;
  /**
   * How many nodes may be without tbot during a rollout, as a number or a percentage. Proxies keep their certificates;
   * only new pods wait.
   *
   * @default '10%'
   */
  readonly maxUnavailable?: number | `${number}%`;
  /**
   * Resources of the container. There is no CPU limit by default, because a throttled tbot delays every pod start.
   *
   * @default - requests of 50m CPU and 128Mi memory, limited to 512Mi memory
   */
  readonly resources?: ResourceRequirements;
}
