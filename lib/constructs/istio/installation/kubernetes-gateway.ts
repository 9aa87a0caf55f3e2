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

/** The class of gateways at the edge that istiod deploys by itself (istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go). */
const CLASS = 'istio';

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
   * Labels of the Gateway object.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A Gateway API gateway with an identity from Teleport.
 *
 * There are no waypoints: istiod makes their class with ambient mode only, and sidecars send nothing through them.
 */
export class KubernetesGateway extends Construct implements GatewayIdentity {
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
    this.namespace = props.namespace;
    this.serviceAccount = `${props.name}-${CLASS}`;
    this.policyScope = PolicyScope.attachedTo(props.namespace, { kind: 'Gateway', name: props.name });
    checkNotAmbient(this.node.path, props.labels ?? {});
    checkParameters(this.node.path, props);
    this.resource = addObject(this, 'Resource', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: props.name, namespace: props.namespace, ...(props.labels && { labels: props.labels }) },
      spec: {
        gatewayClassName: CLASS,
        ...(props.parameters && { infrastructure: { parametersRef: { ...props.parameters.parametersRef } } }),
        listeners: props.listeners,
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
