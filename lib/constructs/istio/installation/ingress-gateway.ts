import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { EAST_WEST_GATEWAY, GATEWAY_PORTS, INGRESS_GATEWAY } from '../../../upstream/istio/gateway-classes';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import { EAST_WEST_PORTS, NETWORK_LABEL } from '../../../upstream/istio/multi-cluster';
import { checkLabels, checkNamespace, checkObjectName } from '../../../upstream/kubernetes/names';
import { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import { checkPort } from '../policy/policy-port';
import { PolicyScope, type WorkloadScope } from '../policy/policy-scope';
import type { ClientAddress } from './client-address';

/** A gateway as workloads see it: a caller with an identity of its own. */
export interface GatewayIdentity {
  /** Namespace of the gateway pods. */
  readonly namespace: string;
  /** ServiceAccount of the gateway's pods. */
  readonly serviceAccount: string;
}

/** A gateway as a place for policy: what stands between the outside and the mesh, and looks at requests first. */
export interface PolicyGateway {
  /** Name of the gateway, which the names of its policies begin with. */
  readonly name: string;
  /** Namespace of its policies. */
  readonly namespace: string;
  /** Whom its policies are for: the gateway's pods. */
  readonly policyScope: PolicyScope;
  /** Ports its pods listen on for HTTP, with or without TLS. */
  readonly httpPorts: readonly number[];
  /** Where it finds the address of a client; undefined if that was not said. */
  readonly clientAddress: ClientAddress | undefined;
}

/** A port of the gateway's Service. */
export interface GatewayPort {
  /** Name of the Service port: `http2`, `https` … */
  readonly name: string;
  /** Port of the Service, which an Istio `Gateway` resource names. */
  readonly port: number;
  /** Port the pod listens on, which policies and `portLevelMtls` name. */
  readonly targetPort: number;
}

/** Options of {@link IngressGateway.of}. */
export interface IngressGatewayOptions {
  /**
   * Name of the Deployment and the Service.
   *
   * @default 'istio-ingressgateway'
   */
  readonly name?: string;
  /**
   * Namespace of the Deployment and the Service.
   *
   * @default 'istio-system'
   */
  readonly namespace?: string;
  /**
   * Kind of the gateway's Service: `LoadBalancer` opens it to the outside.
   *
   * @default 'LoadBalancer'
   */
  readonly serviceType?: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /**
   * Annotations of the Service, which cloud providers read.
   *
   * @default - none
   */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
  /**
   * Where the gateway finds the address of a client, which rules on addresses need.
   *
   * @default - the direct peer's, which is a node's or a load balancer's
   */
  readonly clientAddress?: ClientAddress;
  /**
   * Service ports and where they end.
   *
   * @default - 15021 (status), 80 → 8080 (http2), 443 → 8443 (https): the pod needs no privileged port
   */
  readonly ports?: readonly GatewayPort[];
  /**
   * Fewest and most pods.
   *
   * @default - 1 to 5, as Istio's charts have it
   */
  readonly replicas?: { readonly min: number; readonly max: number };
  /**
   * Resources of the proxy container.
   *
   * @default - those of Istio's charts
   */
  readonly resources?: ResourceRequirements;
}

/** Options of {@link IngressGateway.helmRelease}. */
export interface HelmGatewayOptions extends Omit<IngressGatewayOptions, 'name'> {
  /** Name of the Helm release, which the chart gives to the Deployment and the Service. */
  readonly release: string;
  /**
   * ServiceAccount of the release.
   *
   * @default - the release name, as the chart has it
   */
  readonly serviceAccount?: string;
}

/** Options of {@link IngressGateway.eastWest}. */
export interface EastWestGatewayOptions extends Omit<IngressGatewayOptions, 'ports'> {
  /** Name of the network that it lets others into. */
  readonly network: string;
}

const DEFAULT_PORTS: readonly GatewayPort[] = GATEWAY_PORTS;

/**
 * Istio's ingress gateway. It takes its identity from Teleport like every workload: a gateway with a certificate of
 * istiod's CA and a workload with one of Teleport's cannot talk, since neither has the other's root (istio/istio#50783).
 */
export class IngressGateway implements GatewayIdentity, PolicyGateway {
  /**
   * A gateway that comes out the same whether istioctl or Helm installs it: same names, labels, ports and ServiceAccount.
   *
   * The ServiceAccount is the one istioctl gives, `<name>-service-account`; the Helm values ask for the same.
   *
   * @throws InvalidInputError if a name or a port is none, or the replicas are no range
   */
  public static of(options: IngressGatewayOptions = {}): IngressGateway {
    const name = options.name ?? INGRESS_GATEWAY;
    return new IngressGateway('any', name, `${name}-service-account`, options);
  }

  /**
   * A gateway that only Helm installs (chart `gateway`), under the names that the chart gives by itself: for a release
   * that is already there. The IstioOperator file leaves it out.
   *
   * @throws InvalidInputError if a name or a port is none, or the replicas are no range
   */
  public static helmRelease(options: HelmGatewayOptions): IngressGateway {
    return new IngressGateway('helm', options.release, options.serviceAccount ?? options.release, options);
  }

  /**
   * A gateway through which clusters of other networks reach the services of this one. It passes connections on as they
   * are: both ends of mutual TLS are sidecars, and it reads nothing but the server name.
   *
   * @throws InvalidInputError if a name is none, or the replicas are no range
   */
  public static eastWest({ network, ...options }: EastWestGatewayOptions): IngressGateway {
    const name = options.name ?? EAST_WEST_GATEWAY;
    checkLabels('IngressGateway.eastWest', { [NETWORK_LABEL]: network });
    return new IngressGateway('any', name, `${name}-service-account`, { ...options, ports: EAST_WEST_PORTS }, network);
  }

  /** Namespace of the gateway pods. */
  public readonly namespace: string;
  /** Labels of the pods: what an Istio `Gateway` resource and policies select. */
  public readonly matchLabels: Readonly<Record<string, string>>;
  /** How the gateway is reached from outside the cluster. */
  public readonly serviceType: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /** Annotations of the Service, which cloud load balancers read. */
  public readonly serviceAnnotations: Readonly<Record<string, string>>;
  /** Ports of the Service. */
  public readonly ports: readonly GatewayPort[];
  /** Where it finds the address of a client; undefined if that was not said. */
  public readonly clientAddress: ClientAddress | undefined;
  /** Whom policies of the gateway are for: its pods, which keep these labels whoever installs it. */
  public readonly policyScope: WorkloadScope;
  /** Fewest and most pods; undefined leaves it to the charts. */
  public readonly replicas: { readonly min: number; readonly max: number } | undefined;
  /** Resources of the proxy; undefined leaves them to the charts. */
  public readonly resources: ResourceRequirements | undefined;

  private constructor(
    /** Who can install it. */
    public readonly installer: 'any' | 'helm',
    /** Name of the Deployment and the Service. */
    public readonly name: string,
    /** ServiceAccount of the gateway pods; the last part of their SPIFFE ID. */
    public readonly serviceAccount: string,
    options: Omit<IngressGatewayOptions, 'name'>,
    /** The network it lets others into; undefined for a gateway that is not between networks. */
    public readonly network?: string,
  ) {
    this.namespace = options.namespace ?? ISTIO_NAMESPACE;
    this.matchLabels = { app: name, istio: name.replace(/^istio-/, '') };
    this.serviceType = options.serviceType ?? 'LoadBalancer';
    this.serviceAnnotations = options.serviceAnnotations ?? {};
    this.ports = options.ports ?? DEFAULT_PORTS;
    this.clientAddress = options.clientAddress;
    this.replicas = options.replicas;
    this.resources = options.resources;
    checkNamespace('IngressGateway', this.namespace);
    checkObjectName('IngressGateway', name);
    checkObjectName('IngressGateway', serviceAccount);
    for (const { port, targetPort } of this.ports) {
      checkPort('IngressGateway', port);
      checkPort('IngressGateway', targetPort);
    }
    checkReplicas(this.replicas);
    checkKeepsAddress(this.clientAddress, this.serviceType);
    this.policyScope = PolicyScope.workload(this.namespace, this.matchLabels);
  }

  /** Ports its pods listen on for HTTP, with or without TLS: those whose names say so. */
  public get httpPorts(): readonly number[] {
    return this.ports
      .filter(({ name }) => /^(?:http|https|http2|grpc)(?:-|$)/.test(name))
      .map((port) => port.targetPort);
  }

  /** The identity the gateway needs from Teleport, and under which workloads see it. */
  public spiffeId(trustDomain: TrustDomain): SpiffeId {
    return SpiffeId.forWorkload({ trustDomain, namespace: this.namespace, serviceAccount: this.serviceAccount });
  }
}

/** Inside the cluster there is no traffic from outside, and the API server refuses the field. */
function checkKeepsAddress(address: ClientAddress | undefined, serviceType: string): void {
  if (address?.externalTrafficPolicy !== undefined && serviceType === 'ClusterIP') {
    throw new InvalidInputError({
      where: 'IngressGateway',
      problem:
        'a Service of type ClusterIP has no externalTrafficPolicy, so connections do not preserve the client address',
      value: serviceType,
      allowed: 'LoadBalancer or NodePort with ClientAddress.ofConnection()',
      fix: 'use ClientAddress.behindProxies() if a proxy in the cluster is in front of the gateway',
    });
  }
}

function checkReplicas(replicas: { readonly min: number; readonly max: number } | undefined): void {
  if (replicas !== undefined && !(replicas.min >= 1 && replicas.max >= replicas.min)) {
    throw new InvalidInputError({
      where: 'IngressGateway',
      problem: 'not a valid range of pods',
      value: replicas,
      allowed: 'at least one pod, and a maximum that is not less than the minimum',
    });
  }
}
