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

/** A gateway as workloads see it: a caller with its own identity. */
export interface GatewayIdentity {
  /** Namespace of the gateway pods. */
  readonly namespace: string;
  /** ServiceAccount of the gateway's pods. */
  readonly serviceAccount: string;
}

/** A gateway as a place for policies, which apply to requests before they enter the mesh. */
export interface PolicyGateway {
  /** Name of the gateway, with which the names of its policies start. */
  readonly name: string;
  /** Namespace of its policies. */
  readonly namespace: string;
  /** The scope of its policies: the gateway's pods. */
  readonly policyScope: PolicyScope;
  /** Ports its pods listen on for HTTP, with or without TLS. */
  readonly httpPorts: readonly number[];
  /** How it determines the client address; undefined if this is not set. */
  readonly clientAddress: ClientAddress | undefined;
}

/** A port of the gateway's Service. */
export interface GatewayPort {
  /** Name of the Service port: `http2`, `https` … */
  readonly name: string;
  /** Port of the Service, which an Istio `Gateway` resource refers to. */
  readonly port: number;
  /** Port that the pod listens on, which policies and `portLevelMtls` refer to. */
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
   * Type of the gateway's Service: `LoadBalancer` exposes it outside the cluster.
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
   * How the gateway determines the client address, which rules on addresses need.
   *
   * @default - the address of the direct peer, which is a node or a load balancer
   */
  readonly clientAddress?: ClientAddress;
  /**
   * Ports of the Service and their target ports.
   *
   * @default - 15021 (status), 80 → 8080 (http2), 443 → 8443 (https): the pod needs no privileged port
   */
  readonly ports?: readonly GatewayPort[];
  /**
   * Minimum and maximum number of pods.
   *
   * @default - 1 to 5, as in Istio's charts
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
   * ServiceAccount of the gateway.
   *
   * @default - the release name, as in the chart
   */
  readonly serviceAccount?: string;
}

/** Options of {@link IngressGateway.eastWest}. */
export interface EastWestGatewayOptions extends Omit<IngressGatewayOptions, 'ports'> {
  /** Name of the network that it gives access to. */
  readonly network: string;
}

const DEFAULT_PORTS: readonly GatewayPort[] = GATEWAY_PORTS;

/**
 * Istio's ingress gateway. It gets its identity from Teleport, as every workload does: a gateway with a certificate
 * from istiod's CA and a workload with one from Teleport cannot connect, because neither trusts the other's root
 * (istio/istio#50783).
 */
export class IngressGateway implements GatewayIdentity, PolicyGateway {
  /**
   * A gateway that is the same whether istioctl or Helm installs it: same names, labels, ports and ServiceAccount.
   *
   * The ServiceAccount is the one that istioctl creates, `<name>-service-account`; the Helm values set the same name.
   *
   * @throws InvalidInputError if a name, a port or the range of replicas is not valid
   */
  public static of(options: IngressGatewayOptions = {}): IngressGateway {
    const name = options.name ?? INGRESS_GATEWAY;
    return new IngressGateway('any', name, `${name}-service-account`, options);
  }

  /**
   * A gateway that only Helm installs (chart `gateway`), with the chart's default names, for an existing release. The
   * IstioOperator file omits it.
   *
   * @throws InvalidInputError if a name, a port or the range of replicas is not valid
   */
  public static helmRelease(options: HelmGatewayOptions): IngressGateway {
    return new IngressGateway('helm', options.release, options.serviceAccount ?? options.release, options);
  }

  /**
   * A gateway through which clusters of other networks reach the services of this one. It forwards connections
   * unchanged: both ends of mutual TLS are sidecars, and it reads only the server name.
   *
   * @throws InvalidInputError if a name or the range of replicas is not valid
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
  /** How the gateway is exposed outside the cluster. */
  public readonly serviceType: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /** Annotations of the Service, which cloud load balancers read. */
  public readonly serviceAnnotations: Readonly<Record<string, string>>;
  /** Ports of the Service. */
  public readonly ports: readonly GatewayPort[];
  /** How it determines the client address; undefined if this is not set. */
  public readonly clientAddress: ClientAddress | undefined;
  /** The scope of policies for the gateway: its pods, which have these labels whichever tool installs it. */
  public readonly policyScope: WorkloadScope;
  /** Minimum and maximum number of pods; undefined uses the charts' defaults. */
  public readonly replicas: { readonly min: number; readonly max: number } | undefined;
  /** Resources of the proxy; undefined uses the charts' defaults. */
  public readonly resources: ResourceRequirements | undefined;

  private constructor(
    /** Which tools can install it. */
    public readonly installer: 'any' | 'helm',
    /** Name of the Deployment and the Service. */
    public readonly name: string,
    /** ServiceAccount of the gateway pods; the last part of their SPIFFE ID. */
    public readonly serviceAccount: string,
    options: Omit<IngressGatewayOptions, 'name'>,
    /** The network that it gives access to; undefined for a gateway that does not connect networks. */
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

  /** Ports that its pods listen on for HTTP, with or without TLS, according to the port names. */
  public get httpPorts(): readonly number[] {
    return this.ports
      .filter(({ name }) => /^(?:http|https|http2|grpc)(?:-|$)/.test(name))
      .map((port) => port.targetPort);
  }

  /** The identity that Teleport issues to the gateway, which workloads verify. */
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
