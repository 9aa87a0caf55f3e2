import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import { addObject } from '../../kubernetes/kubernetes-object';
import { type AttachedScope, PolicyScope } from '../policy/policy-scope';
import { checkNotAmbient } from './ambient';
import type { GatewayParameters } from './gateway-parameters';
import type { GatewayIdentity } from './ingress-gateway';

/** What every Gateway of the Gateway API says. */
export interface KubernetesGatewayCommonProps {
  /** Name of the Gateway; istiod names the Deployment, the Service and the ServiceAccount after it. */
  readonly name: string;
  /** Namespace of the Gateway. */
  readonly namespace: string;
  /**
   * What gives the gateway's proxy its socket.
   *
   * @default - the defaults of its class, which then must exist (`GatewayParameters` with `defaultsForClass`)
   */
  readonly parameters?: GatewayParameters;
  /**
   * Labels of the Gateway object, such as `istio.io/waypoint-for`.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A gateway through which requests come in. */
export interface IngressKubernetesGatewayProps extends KubernetesGatewayCommonProps {
  /** A gateway at the edge of the mesh. */
  readonly className: 'istio';
  /** Listeners in the Gateway API's own words. */
  readonly listeners: readonly [Readonly<Record<string, unknown>>, ...Readonly<Record<string, unknown>>[]];
}

/** A waypoint: a proxy that other workloads' traffic is sent through. */
export interface WaypointProps extends KubernetesGatewayCommonProps {
  /** A proxy that ambient workloads are reached through. */
  readonly className: 'istio-waypoint';
  /** A waypoint has one listener, and it is always the same. */
  readonly listeners?: never;
}

/** A Gateway that istiod deploys. */
export type KubernetesGatewayProps = IngressKubernetesGatewayProps | WaypointProps;

/** The listener of every waypoint (istio/istio pilot/pkg/config/kube/gateway). */
const WAYPOINT_LISTENER = { name: 'mesh', port: 15008, protocol: 'HBONE' };

/**
 * A Gateway API gateway or waypoint with an identity from Teleport.
 *
 * A waypoint serves callers with sidecars. Ambient itself is refused: its ztunnel knows no other CA than istiod's.
 */
export class KubernetesGateway extends Construct implements GatewayIdentity {
  /** Namespace of the Gateway and of the pods that istiod makes for it. */
  public readonly namespace: string;
  /** ServiceAccount that istiod makes for the gateway: `<name>-istio`, and for a waypoint its bare name. */
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
    this.namespace = props.namespace;
    this.serviceAccount = props.className === 'istio' ? `${props.name}-istio` : props.name;
    this.policyScope = PolicyScope.attachedTo(props.namespace, { kind: 'Gateway', name: props.name });
    checkNotAmbient(this.node.path, props.labels ?? {});
    checkParameters(this.node.path, props);
    this.resource = addObject(this, 'Resource', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: props.name, namespace: props.namespace, ...(props.labels && { labels: props.labels }) },
      spec: {
        gatewayClassName: props.className,
        ...(props.parameters && { infrastructure: { parametersRef: { ...props.parameters.parametersRef } } }),
        listeners: props.listeners ?? [WAYPOINT_LISTENER],
      },
    });
  }

  /** The identity the gateway needs from Teleport, and under which workloads see it. */
  public spiffeId(trustDomain: TrustDomain): SpiffeId {
    return SpiffeId.forWorkload({ trustDomain, namespace: this.namespace, serviceAccount: this.serviceAccount });
  }
}

function checkParameters(where: string, { namespace, parameters }: KubernetesGatewayProps): void {
  if (parameters !== undefined && parameters.namespace !== namespace) {
    throw new InvalidInputError({
      where,
      problem: "a Gateway cannot refer to another namespace's parameters",
      value: parameters.namespace,
      allowed: `parameters in "${namespace}"`,
      fix: 'make GatewayParameters there, or class defaults in the namespace of istiod',
    });
  }
}
