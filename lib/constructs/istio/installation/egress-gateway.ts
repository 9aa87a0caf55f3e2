import { EGRESS_GATEWAY } from '../../../upstream/istio/gateway-classes';
import { serviceHost } from '../../../upstream/istio/service-host';
import type { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import type { PolicyScope } from '../policy/policy-scope';
import { type GatewayPort, IngressGateway, type IngressGatewayOptions } from './ingress-gateway';

/** Options of {@link EgressGateway.of}. */
export interface EgressGatewayOptions
  extends Pick<IngressGatewayOptions, 'namespace' | 'replicas' | 'resources' | 'serviceAnnotations'> {
  /**
   * Name of the Deployment and the Service.
   *
   * @default 'istio-egressgateway'
   */
  readonly name?: string;
}

/** The one port: sidecars come in by it with mutual TLS, and the server name says for which host. */
const TLS_PORT: GatewayPort = { name: 'tls', port: 443, targetPort: 8443 };

/**
 * The gateway through which workloads leave for hosts outside the mesh. It has an identity from Teleport like every workload, sidecars
 * come to it with theirs, and so a policy at it says who may leave: in another pod than the workload's own.
 */
export class EgressGateway {
  /**
   * A gateway that comes out the same whether istioctl or Helm installs it.
   *
   * @throws InvalidInputError if a name is none, or the replicas are no range
   */
  public static of(options: EgressGatewayOptions = {}): EgressGateway {
    const { name = EGRESS_GATEWAY, ...others } = options;
    return new EgressGateway(IngressGateway.of({ ...others, name, serviceType: 'ClusterIP', ports: [TLS_PORT] }));
  }

  private constructor(
    /**
     * Its pods and its Service, which are made like those of any other gateway.
     *
     * @internal
     */
    public readonly pods: IngressGateway,
  ) {}

  /** Name of the Deployment and the Service. */
  public get name(): string {
    return this.pods.name;
  }

  /** Namespace of the gateway pods. */
  public get namespace(): string {
    return this.pods.namespace;
  }

  /** ServiceAccount of the gateway pods; the last part of their SPIFFE ID. */
  public get serviceAccount(): string {
    return this.pods.serviceAccount;
  }

  /** Labels of the pods: what an Istio `Gateway` resource and policies select. */
  public get matchLabels(): Readonly<Record<string, string>> {
    return this.pods.matchLabels;
  }

  /** Whom policies of the gateway are for: its pods. */
  public get policyScope(): PolicyScope {
    return this.pods.policyScope;
  }

  /** The port that sidecars come in by. */
  public get port(): GatewayPort {
    return TLS_PORT;
  }

  /** The name that sidecars call it by. */
  public get host(): string {
    return serviceHost(this);
  }

  /** The identity it has from Teleport, and under which sidecars know it. */
  public spiffeId(trustDomain: TrustDomain): SpiffeId {
    return this.pods.spiffeId(trustDomain);
  }
}
