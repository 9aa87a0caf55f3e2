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

/** How Istio is installed. */
export interface MeshIstioOptions
  extends Omit<IstioInstallationProps, 'trustDomain' | 'overlay' | 'target' | 'ingressGateway' | 'egressGateway'> {
  /**
   * Istio release.
   *
   * @default '1.31.4'
   */
  readonly version?: IstioVersion;
  /**
   * The ingress gateway; `true` for one with Istio's usual names.
   *
   * @default false
   */
  readonly ingressGateway?: boolean | IngressGateway;
  /**
   * The egress gateway for external hosts that refer to it; `true` for one with Istio's usual names.
   *
   * @default false
   */
  readonly egressGateway?: boolean | EgressGateway;
}

/** Properties of the Kubernetes cluster. */
export interface MeshKubernetesOptions {
  /**
   * Kubernetes release: of the API server, and of the oldest kubelet.
   *
   * @default '1.35'
   */
  readonly version?: string;
}

/** Options of tbot that the mesh does not determine. */
export interface MeshTbotOptions
  extends Omit<TbotDaemonSetProps, 'token' | 'identity' | 'socket' | 'kubelet' | 'name' | 'serviceAccount' | 'target'> {
  /**
   * tbot release, which must send renewed certificates to Envoy: 18.6.4 or newer, or 17.7.14 or newer in Teleport 17.
   * Its major version must not be newer than the cluster's.
   *
   * @default '18.11.10'
   */
  readonly version?: string;
}

/** Options of the CSI driver that the mesh does not determine. */
export interface MeshCsiDriverOptions extends Omit<SpiffeCsiDriverProps, 'socket' | 'namespace' | 'name' | 'target'> {
  /**
   * SPIFFE CSI driver release, 0.2.12 or newer.
   *
   * @default '0.2.13'
   */
  readonly version?: string;
}

/** How Teleport gets its resources: from a file for `tctl create -f`, or from objects for its operator. */
export type TeleportResourcesDelivery =
  | { readonly kind: 'tctl' }
  | {
      readonly kind: 'operator';
      /** Namespace that the Teleport operator runs in and watches. */
      readonly namespace: string;
      /**
       * Whether its objects are in a separate file, `mesh-teleport.k8s.yaml`, so that they can be applied before tbot.
       * In a fleet they always are.
       *
       * @default false - they are in the mesh's file
       */
      readonly ownFile?: boolean;
    };

/** The settings of a cluster, from which everything else is derived. */
export interface TeleportMeshProps {
  /** The Teleport cluster that issues the identities; its trust domain is the mesh's. */
  readonly teleport: TeleportCluster;
  /**
   * Distinguishes this mesh from others that use the same Teleport cluster: the names of its identity, role, bot and
   * token start with it.
   *
   * @default 'istio'
   */
  readonly name?: string;
  /**
   * How Teleport verifies the ServiceAccount token that tbot joins with.
   *
   * @default KubernetesJoin.staticJwks() - without the cluster's keys; a notice says how to add them
   */
  readonly join?: KubernetesJoin;
  /**
   * Where the Workload API socket is, and how it is mounted into pods.
   *
   * @default WorkloadApiSocket.csi()
   */
  readonly socket?: WorkloadApiSocket;
  /**
   * How tbot authenticates the node's kubelet.
   *
   * @default KubeletTls.verify()
   */
  readonly kubelet?: KubeletTls;
  /**
   * Istio's release and settings.
   *
   * @default - Istio 1.31.4 without an ingress gateway
   */
  readonly istio?: MeshIstioOptions;
  /**
   * Properties of the Kubernetes cluster.
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
   * Options of the CSI driver, if it mounts the socket.
   *
   * @default - see {@link MeshCsiDriverOptions}
   */
  readonly csiDriver?: MeshCsiDriverOptions;
  /**
   * Maximum duration of an inbound connection or request, after which the callee's sidecar closes it. Certificates are
   * verified only when a connection starts, so this limits how long a connection can outlive the caller's certificate.
   * Streams such as WebSockets are closed too.
   *
   * @default - no limit: connections outlive the certificates that they started with
   */
  readonly maxConnectionDuration?: Duration;
  /**
   * Namespace of tbot and the CSI driver. Both need privileges on the node, so the namespace allows privileged pods.
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
