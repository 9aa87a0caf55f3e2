import type { Duration } from 'cdk8s';
import type { IstioVersion } from '../../upstream/releases/istio-lines';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { SpiffeCsiDriverProps } from '../csi/spiffe-csi-driver-props';
import type { EgressGateway } from '../istio/installation/egress-gateway';
import type { IngressGateway } from '../istio/installation/ingress-gateway';
import type { IstioInstallationProps } from '../istio/installation/istio-installation-props';
import type { KubeletTls } from '../tbot/kubelet-tls';
import type { TbotDaemonSetProps } from '../tbot/tbot-daemon-set-props';
import type { KubernetesJoin } from '../teleport/kubernetes-join';
import type { TeleportCluster } from '../teleport/teleport-cluster';

/** How Istio is to be installed. */
export interface MeshIstioOptions
  extends Omit<IstioInstallationProps, 'trustDomain' | 'overlay' | 'target' | 'ingressGateway' | 'egressGateway'> {
  /**
   * Istio release.
   *
   * @default '1.31.4'
   */
  readonly version?: IstioVersion;
  /**
   * The gateway through which requests from outside come in; `true` for one with Istio's usual names.
   *
   * @default false
   */
  readonly ingressGateway?: boolean | IngressGateway;
  /**
   * The gateway through which workloads leave for hosts that name it; `true` for one with Istio's usual names.
   *
   * @default false
   */
  readonly egressGateway?: boolean | EgressGateway;
}

/** What the cluster is. */
export interface MeshKubernetesOptions {
  /**
   * Kubernetes release: of the API server, and of the oldest kubelet.
   *
   * @default '1.35'
   */
  readonly version?: string;
}

/** Options of tbot that are not decided by the mesh. */
export interface MeshTbotOptions
  extends Omit<TbotDaemonSetProps, 'token' | 'identity' | 'socket' | 'kubelet' | 'name' | 'serviceAccount' | 'target'> {
  /**
   * tbot release, which must renew what Envoy holds: 18.6.4 or newer, or 17.7.14 or newer of the 17 line. Its major
   * version must not be newer than the cluster's.
   *
   * @default '18.11.10'
   */
  readonly version?: string;
}

/** Options of the CSI driver that are not decided by the mesh. */
export interface MeshCsiDriverOptions extends Omit<SpiffeCsiDriverProps, 'socket' | 'namespace' | 'name' | 'target'> {
  /**
   * SPIFFE CSI driver release, 0.2.12 or newer.
   *
   * @default '0.2.13'
   */
  readonly version?: string;
}

/** How Teleport learns of its resources: from a file for `tctl create -f`, or from objects for its operator. */
export type TeleportResourcesDelivery =
  | { readonly kind: 'tctl' }
  | {
      readonly kind: 'operator';
      /** Namespace that the Teleport operator runs in and watches. */
      readonly namespace: string;
      /**
       * Whether its objects are in a file of their own, `mesh-teleport.k8s.yaml`, so that they can be applied before tbot. In a fleet they
       * always are.
       *
       * @default false - they are in the mesh's file
       */
      readonly ownFile?: boolean;
    };

/** Everything that is decided once for a cluster; the rest follows from it. */
export interface TeleportMeshProps {
  /** The Teleport cluster that issues the identities; its trust domain is the mesh's. */
  readonly teleport: TeleportCluster;
  /**
   * Tells this mesh from others that use the same Teleport cluster: the names of its identity, role, bot and token start
   * with it.
   *
   * @default 'istio'
   */
  readonly name?: string;
  /**
   * How Teleport verifies the ServiceAccount token that tbot joins with.
   *
   * @default KubernetesJoin.staticJwks() - with the cluster's keys still to come: a notice says how
   */
  readonly join?: KubernetesJoin;
  /**
   * Where the Workload API is, and how pods get to it.
   *
   * @default WorkloadApiSocket.csi()
   */
  readonly socket?: WorkloadApiSocket;
  /**
   * How tbot knows that it talks to the node's kubelet.
   *
   * @default KubeletTls.verify()
   */
  readonly kubelet?: KubeletTls;
  /**
   * Which Istio the mesh runs on, and what is asked of it.
   *
   * @default - Istio 1.31.4 without an ingress gateway
   */
  readonly istio?: MeshIstioOptions;
  /**
   * What the cluster is like.
   *
   * @default - Kubernetes 1.35
   */
  readonly kubernetes?: MeshKubernetesOptions;
  /**
   * How tbot runs on every node.
   *
   * @default - see {@link MeshTbotOptions}
   */
  readonly tbot?: MeshTbotOptions;
  /**
   * Used with a socket that the CSI driver hands out.
   *
   * @default - see {@link MeshCsiDriverOptions}
   */
  readonly csiDriver?: MeshCsiDriverOptions;
  /**
   * How long a connection or a request that comes in lasts at most; the callee's sidecar ends it then. Certificates are verified when a
   * connection begins, so this is how long one can outlive the end of its caller's. Streams such as WebSockets are ended too.
   *
   * @default - without end: connections outlive the certificates they began with
   */
  readonly maxConnectionDuration?: Duration;
  /**
   * Namespace of tbot and the CSI driver. Both need rights on the node, so the namespace admits privileged pods.
   *
   * @default 'teleport-system'
   */
  readonly namespace?: string;
  /**
   * How Teleport's own resources are written.
   *
   * @default { kind: 'tctl' } - `teleport/teleport.yaml`
   */
  readonly teleportResources?: TeleportResourcesDelivery;
}
