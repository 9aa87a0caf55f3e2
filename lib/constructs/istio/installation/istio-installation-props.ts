import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Target } from '../../../upstream/releases/target';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import type { DiscoveryOptions } from './discovery-selectors';
import type { EgressGateway } from './egress-gateway';
import type { IngressGateway } from './ingress-gateway';
import type { InjectionOverlay } from './injection-overlay';
import type { MultiClusterOptions } from './multi-cluster';
import type { PathNormalization } from './path-normalization';

/** Properties of an {@link IstioInstallation}. */
export interface IstioInstallationProps {
  /** Trust domain of the identities: the Teleport cluster name. */
  readonly trustDomain: TrustDomain;
  /** The template that mounts the socket into proxies; it also determines the name of the socket. */
  readonly overlay: InjectionOverlay;
  /**
   * Further trust domains whose identities are treated as this mesh's: accepted by servers and clients, and added to
   * policies. An alias does not make another root trusted.
   *
   * @default - none
   */
  readonly trustDomainAliases?: readonly TrustDomain[];
  /**
   * Releases the installation is for. An Istio release with a patch number other than 0 pins the images.
   *
   * @default Target.of()
   */
  readonly target?: Target;
  /**
   * Registry and directory of Istio's images.
   *
   * @default - the installer's default
   */
  readonly hub?: string;
  /**
   * Namespace of istiod, which is also the mesh's root namespace.
   *
   * @default 'istio-system'
   */
  readonly namespace?: string;
  /**
   * The gateway for requests from outside the mesh.
   *
   * @default - no gateway
   */
  readonly ingressGateway?: IngressGateway;
  /**
   * The cluster's settings in a mesh of several clusters.
   *
   * @default - the mesh has one cluster
   */
  readonly multiCluster?: MultiClusterOptions;
  /**
   * Lets istiod watch only the namespaces of the mesh (`meshConfig.discoverySelectors`): those with identities, its
   * own, and those of gateways and of Services in other clusters. Proxies get a smaller configuration, which objects in
   * other namespaces cannot affect.
   *
   * A {@link TeleportMesh} determines these namespaces. Services in other namespaces are unknown to proxies: with
   * `egress: 'registry-only'` they cannot be called.
   *
   * @default - istiod watches all namespaces
   */
  readonly discovery?: DiscoveryOptions;
  /**
   * Whether proxies may run as native sidecars, which tbot must be able to attest.
   *
   * @default - Istio's default if the target's tbot attests them, otherwise off
   */
  readonly nativeSidecars?: boolean;
  /**
   * Whether Istio's CNI plugin, a DaemonSet, redirects the traffic of pods. Without it every pod has an init container
   * with `NET_ADMIN`, which the Pod Security levels `baseline` and `restricted` forbid.
   *
   * istioctl installs the plugin together with Istio; with Helm, install the chart `cni` before pods are injected.
   *
   * @default false
   */
  readonly cni?: boolean;
  /**
   * Which hosts sidecars let their workloads reach: with `registry-only`, Services in the cluster and each
   * `ExternalService` that is visible to their namespace. This prevents mistakes; a compromised workload can bypass its
   * own proxy.
   *
   * @default 'anywhere'
   */
  readonly egress?: 'anywhere' | 'registry-only';
  /**
   * The gateway for traffic to the external hosts that refer to it.
   *
   * @default - no such gateway
   */
  readonly egressGateway?: EgressGateway;
  /**
   * How paths are normalized before policies are evaluated.
   *
   * @default PathNormalization.DEFAULT
   */
  readonly pathNormalization?: PathNormalization;
  /**
   * Resources of istiod.
   *
   * @default - those of Istio's charts
   */
  readonly istiodResources?: ResourceRequirements;
  /**
   * Resources of each proxy.
   *
   * @default - those of Istio's charts
   */
  readonly proxyResources?: ResourceRequirements;
  /**
   * Further mesh configuration in Istio's format (access logs, tracing …).
   *
   * @default - none
   */
  readonly meshConfig?: Readonly<Record<string, unknown>>;
  /**
   * Further values of the istiod chart.
   *
   * @default - none
   */
  readonly values?: Readonly<Record<string, unknown>>;
}
