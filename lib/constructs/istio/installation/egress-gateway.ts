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
 * The gateway for traffic to external hosts. It has an identity from Teleport, as every workload does, and sidecars
 * call it with theirs, so a policy at the gateway decides which workloads may reach a host, and is enforced outside the
 * workload's own pod.
 */
export class EgressGateway {
  /**
   * A gateway that is the same whether istioctl or Helm installs it.
   *
   * @throws InvalidInputError if a name or the range of replicas is not valid
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

  /** The scope of policies for the gateway: its pods. */
  public get policyScope(): PolicyScope {
    return this.pods.policyScope;
  }

  /** The port that sidecars connect to. */
  public get port(): GatewayPort {
    return TLS_PORT;
  }

  /** The host name by which sidecars call it. */
  public get host(): string {
    return serviceHost(this);
  }

  /** The identity that Teleport issues to it, which sidecars verify. */
  public spiffeId(trustDomain: TrustDomain): SpiffeId {
    return this.pods.spiffeId(trustDomain);
  }
}
