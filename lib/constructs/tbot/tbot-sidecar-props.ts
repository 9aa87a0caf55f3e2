import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Target } from '../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { JoinToken, ServiceAccountReference } from '../teleport/join-token';
import type { CredentialLifetime } from './credential-lifetime';
import type { WorkloadIdentitySelector } from './workload-identity-selector';

/** Properties of TbotSidecar. */
export interface TbotSidecarProps {
  /** How tbot joins, as the ServiceAccount of the workload's pod. */
  readonly token: JoinToken;
  /**
   * The pod's identity. Its allow rules and template can use `join.kubernetes.*`, which describe this pod; attributes
   * under `workload` are not available.
   */
  readonly identity: WorkloadIdentitySelector;
  /** The socket of tbot and the other containers; only its path matters, because the directory is in the pod. */
  readonly socket: WorkloadApiSocket;
  /**
   * Name of the ConfigMap.
   *
   * @default - the name of the ServiceAccount, with `-tbot`
   */
  readonly name?: string;
  /**
   * Which of the join token's ServiceAccounts the pod runs as.
   *
   * @default - the only one
   */
  readonly serviceAccount?: ServiceAccountReference;
  /**
   * Whether tbot is a native sidecar: an init container that keeps running, which starts before the other containers
   * and ends after them.
   *
   * @default - true if the target's Kubernetes enables them by default, from 1.29
   */
  readonly native?: boolean;
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
   * IP address in the pod that the diagnostics are served at; `::` for pods with IPv6 addresses.
   *
   * @default '0.0.0.0' - every IPv4 address of the pod
   */
  readonly bindAddress?: string;
  /**
   * Port of the diagnostics, which no other container of the pod may use.
   *
   * @default 3001
   */
  readonly diagnosticsPort?: number;
  /**
   * Resources of the container.
   *
   * @default - requests of 10m CPU and 64Mi memory, limited to 256Mi memory
   */
  readonly resources?: ResourceRequirements;
}

/** Which containers of the pod use tbot. */
export interface AddToPodOptions {
  /** Names of the containers that get the socket, such as Envoy's. */
  readonly containers: readonly string[];
}
