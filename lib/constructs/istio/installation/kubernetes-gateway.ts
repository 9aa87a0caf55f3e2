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
  /** Listeners in the Gateway API's own words. */
  readonly listeners: readonly [Readonly<Record<string, unknown>>, ...Readonly<Record<string, unknown>>[]];
  /**
   * What gives the gateway's proxy its socket.
   *
   * @default - the defaults of its class, which then must exist (`GatewayParameters` with `defaultsForClass`)
   */
  readonly parameters?: GatewayParameters;
  /**
   * Labels of the Gateway object, and of what istiod makes for it.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Where the gateway finds the address of a client, which rules on addresses need. `ClientAddress.ofConnection()` needs
   * parameters with `externalTrafficPolicy: 'Local'`.
   *
   * @default - the direct peer's, which is a node's or a load balancer's
   */
  readonly clientAddress?: ClientAddress;
}

/** A listener of a Gateway, as far as its name, port and protocol. */
export interface GatewayListener {
  /** Name of the listener, which a route may name. */
  readonly name: string;
  /** Port of the gateway's Service, and of its pods. */
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TLS` or `TCP`. */
  readonly protocol: string;
  /** Whether TLS is passed on to the service behind. */
  readonly passesTls: boolean;
}

/**
 * A Gateway API gateway with an identity from Teleport.
 *
 * There are no waypoints: istiod makes their class with ambient mode only, and sidecars send nothing through them.
 */
export class KubernetesGateway extends Construct implements GatewayIdentity, PolicyGateway {
  /** Name of the Gateway. */
  public readonly name: string;
  /** Its listeners, in their order. */
  public readonly listeners: readonly GatewayListener[];
  /** Where it finds the address of a client; undefined if that was not said. */
  public readonly clientAddress: ClientAddress | undefined;
  /** Namespace of the Gateway and of the pods that istiod makes for it. */
  public readonly namespace: string;
  /** ServiceAccount that istiod makes for the gateway: `<name>-istio`. */
  public readonly serviceAccount: string;
  /** The scope of policies for this gateway. */
  public readonly policyScope: AttachedScope;
  /** The object itself, for patches. */
  public readonly resource: ApiObject;

  /**
   * @throws InvalidInputError if a name is none, if the parameters lie in another namespace, or if the labels ask for ambient
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

  /** The identity the gateway needs from Teleport, and under which workloads see it. */
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
