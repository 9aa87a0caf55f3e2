import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Target } from '../../../upstream/releases/target';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import type { DiscoveryOptions } from './discovery-selectors';
import type { EgressGateway } from './egress-gateway';
import type { IngressGateway } from './ingress-gateway';
import type { InjectionOverlay } from './injection-overlay';
import type { MultiClusterOptions } from './multi-cluster';
import type { PathNormalization } from './path-normalization';

/** What an {@link IstioInstallation} is made of. */
export interface IstioInstallationProps {
  /** Trust domain of the identities: the Teleport cluster name. */
  readonly trustDomain: TrustDomain;
  /** The template through which proxies get their socket; also says what the socket is called. */
  readonly overlay: InjectionOverlay;
  /**
   * Further trust domains whose identities count as this mesh's: accepted by servers, expected by clients, added to
   * policies. An alias does not make a foreign root trusted.
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
   * @default - that of the installer
   */
  readonly hub?: string;
  /**
   * Namespace of istiod, which is also the mesh's root namespace.
   *
   * @default 'istio-system'
   */
  readonly namespace?: string;
  /**
   * The gateway through which requests from outside come in.
   *
   * @default - no gateway
   */
  readonly ingressGateway?: IngressGateway;
  /**
   * The cluster's place among several that are one mesh.
   *
   * @default - the mesh has one cluster
   */
  readonly multiCluster?: MultiClusterOptions;
  /**
   * Lets istiod look at the namespaces of the mesh only (`meshConfig.discoverySelectors`): those with identities, its own, and those of
   * gateways and of Services in other clusters. Proxies get smaller, and nothing else in the cluster can change what they do.
   *
   * A {@link TeleportMesh} says which namespaces these are. Services of all others are unknown to proxies: with `egress: 'registry-only'`
   * they cannot be called.
   *
   * @default - istiod looks at all namespaces
   */
  readonly discovery?: DiscoveryOptions;
  /**
   * Whether proxies may run as native sidecars, which tbot must know how to attest.
   *
   * @default - left to Istio if the target's tbot attests them, otherwise off
   */
  readonly nativeSidecars?: boolean;
  /**
   * Whether Istio's CNI plugin, a DaemonSet, redirects the traffic of pods. Without it every pod has an init container with
   * `NET_ADMIN`, which the Pod Security levels `baseline` and `restricted` forbid.
   *
   * istioctl installs the plugin with the rest; with Helm it is the chart `cni`, to be installed before pods are injected.
   *
   * @default false
   */
  readonly cni?: boolean;
  /**
   * Where sidecars let their workloads go: `registry-only` to Services of the cluster and to each `ExternalService` that their
   * namespace sees. It keeps workloads from mistakes; a taken over one can pass its own proxy by.
   *
   * @default 'anywhere'
   */
  readonly egress?: 'anywhere' | 'registry-only';
  /**
   * The gateway through which workloads leave for hosts that name it.
   *
   * @default - no such gateway
   */
  readonly egressGateway?: EgressGateway;
  /**
   * What is done to paths before policies see them.
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
   * Further mesh configuration in Istio's own words (access logs, tracing …).
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
