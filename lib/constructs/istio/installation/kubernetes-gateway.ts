import { type ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { INGRESS_CLASS } from '../../../upstream/istio/gateway-classes';
import { readsHttp } from '../../../upstream/istio/port-protocol';
import { GATEWAY_API_V1 } from '../../../upstream/kubernetes/api-groups';
import { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import { addObject } from '../../kubernetes/kubernetes-object';
import { type AttachedScope, PolicyScope } from '../policy/policy-scope';
import { checkNotAmbient } from './ambient';
import type { ClientAddress } from './client-address';
import type { GatewayParameters } from './gateway-parameters';
import type { GatewayIdentity, PolicyGateway } from './ingress-gateway';

/** The class of gateways at the edge that istiod deploys by itself (istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go). */
const CLASS = INGRESS_CLASS;

/** A Gateway of the class `istio`, whose proxies istiod deploys. */
export interface KubernetesGatewayProps {
  /** Name of the Gateway; istiod names the Deployment, the Service and the ServiceAccount after it. */
  readonly name: string;
  /** Namespace of the Gateway. */
  readonly namespace: string;
  /** Listeners in the format of the Gateway API. */
  readonly listeners: readonly [Readonly<Record<string, unknown>>, ...Readonly<Record<string, unknown>>[]];
  /**
   * The parameters that mount the socket into the gateway's proxy.
   *
   * @default - the defaults of its class, which then must exist (`GatewayParameters` with `defaultsForClass`)
   */
  readonly parameters?: GatewayParameters;
  /**
   * Labels of the Gateway object, and of the objects that istiod creates for it.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * How the gateway determines the client address, which rules on addresses need. `ClientAddress.ofConnection()` needs
   * parameters with `externalTrafficPolicy: 'Local'`.
   *
   * @default - the address of the direct peer, which is a node or a load balancer
   */
  readonly clientAddress?: ClientAddress;
}

/** The name, port and protocol of a listener of a Gateway. */
export interface GatewayListener {
  /** Name of the listener, which a route can refer to. */
  readonly name: string;
  /** Port of the gateway's Service, and of its pods. */
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TLS` or `TCP`. */
  readonly protocol: string;
  /** Whether TLS is passed through to the service. */
  readonly passesTls: boolean;
}

/**
 * A Gateway API gateway with an identity from Teleport.
 *
 * Waypoints are not supported: istiod creates their class only in ambient mode, and sidecars send no traffic through
 * them.
 */
export class KubernetesGateway extends Construct implements GatewayIdentity, PolicyGateway {
  /** Name of the Gateway. */
  public readonly name: string;
  /** Its listeners, in their order. */
  public readonly listeners: readonly GatewayListener[];
  /** How it determines the client address; undefined if this is not set. */
  public readonly clientAddress: ClientAddress | undefined;
  /** Namespace of the Gateway and of the pods that istiod creates for it. */
  public readonly namespace: string;
  /** ServiceAccount that istiod creates for the gateway: `<name>-istio`. */
  public readonly serviceAccount: string;
  /** The scope of policies for this gateway. */
  public readonly policyScope: AttachedScope;
  /** The object itself, for patches. */
  public readonly resource: ApiObject;

  /**
   * @throws InvalidInputError if a name is not valid, if the parameters are in another namespace, or if the labels
   * request ambient mode
   */
  public constructor(scope: Construct, id: string, props: KubernetesGatewayProps) {
    super(scope, id);
    this.name = props.name;
    this.namespace = props.namespace;
    this.listeners = props.listeners.map(toListener);
    this.clientAddress = props.clientAddress;
    checkKeepsAddress(this.node.path, props);
    this.serviceAccount = `${props.name}-${CLASS}`;
    this.policyScope = PolicyScope.attachedTo(props.namespace, { kind: 'Gateway', name: props.name });
    checkNotAmbient(this.node.path, props.labels ?? {});
    checkParameters(this.node.path, props);
    this.resource = addObject(this, 'Resource', {
      apiVersion: GATEWAY_API_V1,
      kind: 'Gateway',
      metadata: { name: props.name, namespace: props.namespace, ...(props.labels && { labels: props.labels }) },
      spec: {
        gatewayClassName: CLASS,
        infrastructure: infrastructure(props, Chart.of(this).labels),
        listeners: props.listeners,
      },
    });
  }

  /** Ports its pods listen on for HTTP, with or without TLS: istiod gives the pods the ports of the listeners. */
  public get httpPorts(): readonly number[] {
    const http = this.listeners.filter(({ protocol, passesTls }) => readsHttp(protocol, passesTls));
    return [...new Set(http.map(({ port }) => port))];
  }

  /** The identity that Teleport issues to the gateway, which workloads verify. */
  public spiffeId(trustDomain: TrustDomain): SpiffeId {
    return SpiffeId.forWorkload({ trustDomain, namespace: this.namespace, serviceAccount: this.serviceAccount });
  }
}

function toListener(listener: Readonly<Record<string, unknown>>): GatewayListener {
  const tls = listener.tls as { readonly mode?: unknown } | undefined;
  return {
    name: String(listener.name),
    port: Number(listener.port),
    protocol: String(listener.protocol),
    passesTls: tls?.mode === 'Passthrough',
  };
}

function infrastructure({ labels, parameters, clientAddress }: KubernetesGatewayProps, ofChart: object): object {
  // istiod copies these annotations to the pods (istio/istio files/kube-gateway.yaml).
  const annotations = clientAddress?.podAnnotations ?? {};
  return {
    // Otherwise it would copy every label of the Gateway to all it makes, also who wrote the Gateway.
    labels: { ...ofChart, ...labels },
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(parameters && { parametersRef: { ...parameters.parametersRef } }),
  };
}

function checkKeepsAddress(where: string, { clientAddress, parameters }: KubernetesGatewayProps): void {
  const needed = clientAddress?.externalTrafficPolicy;
  if (needed !== undefined && parameters?.externalTrafficPolicy !== needed) {
    throw new InvalidInputError({
      where,
      problem: "connections have a node's address instead of the client's, and the parameters do not change that",
      value: parameters?.externalTrafficPolicy,
      allowed: `GatewayParameters with externalTrafficPolicy: '${needed}', passed as "parameters"`,
      fix: `add externalTrafficPolicy: '${needed}' to the GatewayParameters`,
    });
  }
}

function checkParameters(where: string, { namespace, parameters }: KubernetesGatewayProps): void {
  if (parameters !== undefined && parameters.namespace !== namespace) {
    throw new InvalidInputError({
      where,
      problem: "a Gateway cannot refer to another namespace's parameters",
      value: parameters.namespace,
      allowed: `parameters in "${namespace}"`,
      fix: 'create GatewayParameters there, or class defaults in the namespace of istiod',
    });
  }
}
