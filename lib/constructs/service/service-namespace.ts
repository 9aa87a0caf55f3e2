import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PodSecurityLevel } from '../../upstream/kubernetes/pod-security';
import type { Target } from '../../upstream/releases/target';
import type { EgressGatewayPolicies } from '../egress/egress-gateway-policies';
import type { EgressScopes } from '../egress/egress-scopes';
import type { Enrollment } from '../enroll/enrollment';
import type { EgressGateway } from '../istio/installation/egress-gateway';
import type { MtlsMode } from '../istio/traffic/mtls-mode';
import type { GatewayHosts } from './gateway-hosts';
import type { DestinationRulesMode } from './service-destination-rule';

/** The mesh, as its services see it. */
export interface IServiceMesh {
  /** Releases that the output is for. */
  readonly target: Target;
  /**
   * Who is part of the mesh.
   *
   * @internal
   */
  readonly enrollment: Enrollment;
  /**
   * Which service answers to which host at the gateways.
   *
   * @internal
   */
  readonly gatewayHosts: GatewayHosts;
  /**
   * Trust domains of the clients that gateways let in by their own certificates.
   *
   * @internal
   */
  readonly clientTrustDomains: Set<string>;
  /** Whether proxies let workloads reach only known hosts. */
  readonly egressIsClosed: boolean;
  /**
   * Which workloads know which hosts outside the mesh.
   *
   * @internal
   */
  readonly egressScopes: EgressScopes;
  /**
   * What stands at an egress gateway; undefined if the mesh does not install it.
   *
   * @internal
   */
  egressPolicies(gateway: EgressGateway): EgressGatewayPolicies | undefined;
}

/** The namespace of a service, as the service sees it: the settings that it inherits. */
export interface IServiceNamespace extends Construct {
  /** The mesh that it belongs to. */
  readonly mesh: IServiceMesh;
  /** Kubernetes name. */
  readonly name: string;
  /** Which connections its pods accept. */
  readonly mtls: MtlsMode;
  /** Pod Security level that the API server enforces; undefined if it is not set. */
  readonly podSecurity: PodSecurityLevel | undefined;
  /** For which services a DestinationRule is written. */
  readonly destinationRules: DestinationRulesMode;
  /** The chart that holds its policies. */
  readonly policies: Chart;
}
