import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { stringifyManifests } from '../../../base/yaml/write-yaml';
import { CLASS_DEFAULTS_LABEL } from '../../../upstream/istio/gateway-classes';
import { Target } from '../../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../../upstream/spiffe/workload-api-socket';
import { addObject } from '../../kubernetes/kubernetes-object';
import { nameObjects } from '../../kubernetes/object-labels';
import { workloadSocketVolume } from './injection-overlay';
import { mergeSettings } from './merge-settings';

/** The class of Gateway API gateways that istiod deploys. */
export type GatewayClassName = 'istio';

/** What gateways that istiod deploys get in addition to their template. */
export interface GatewayParametersProps {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Its namespace: that of the gateways, or, for class defaults, that of istiod. */
  readonly namespace: string;
  /** The socket that the gateways' proxies use. */
  readonly socket: WorkloadApiSocket;
  /**
   * Makes this the default for every gateway of the class, in any namespace; the ConfigMap must be in istiod's
   * namespace.
   *
   * @default - only for gateways that refer to it
   */
  readonly defaultsForClass?: GatewayClassName;
  /**
   * Releases this is for.
   *
   * @default Target.of()
   */
  readonly target?: Target;
  /**
   * Further fields to merge into the gateway's Deployment, with a strategic merge like the volume.
   *
   * @default - only the volume
   */
  readonly deployment?: Readonly<Record<string, unknown>>;
  /**
   * `Local` makes connections preserve the client address, which `ClientAddress.ofConnection()` of a gateway needs.
   *
   * @default - a node's address may replace it
   */
  readonly externalTrafficPolicy?: 'Local';
}

/** How a Gateway refers to its parameters. */
export interface ParametersRef {
  /** The core group, which ConfigMap belongs to. */
  readonly group: '';
  /** The only kind that Istio reads parameters from. */
  readonly kind: 'ConfigMap';
  /** Name of the ConfigMap, in the namespace of the Gateway. */
  readonly name: string;
}

/**
 * Gives gateways that istiod deploys (Gateway API) the Workload API socket. They are not injected, so the overlay does
 * not apply to them; istiod merges this ConfigMap into their Deployment instead.
 */
export class GatewayParameters extends Construct {
  /** Namespace of the ConfigMap: a Gateway can refer only to one in its own namespace. */
  public readonly namespace: string;
  /** The value of `spec.infrastructure.parametersRef` of a Gateway. */
  public readonly parametersRef: ParametersRef;
  /** The `externalTrafficPolicy` of the gateways' Services; undefined if it is not set. */
  public readonly externalTrafficPolicy: 'Local' | undefined;
  /** The object itself, for patches. */
  public readonly configMap: ApiObject;

  /** @throws InvalidInputError if a name is not valid, or `deployment` has volumes */
  public constructor(scope: Construct, id: string, props: GatewayParametersProps) {
    super(scope, id);
    nameObjects(this, props.name);
    this.namespace = props.namespace;
    this.externalTrafficPolicy = props.externalTrafficPolicy;
    this.parametersRef = { group: '', kind: 'ConfigMap', name: props.name };
    const volumes = socketDeployment(props.socket, props.target ?? Target.of());
    const deployment = mergeSettings(`${this.node.path}: deployment`, volumes, props.deployment ?? {});
    this.configMap = addObject(this, 'Resource', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: props.name,
        namespace: props.namespace,
        ...(props.defaultsForClass && { labels: { [CLASS_DEFAULTS_LABEL]: props.defaultsForClass } }),
      },
      data: {
        deployment: stringifyManifests([deployment]),
        ...(props.externalTrafficPolicy && {
          service: stringifyManifests([{ spec: { externalTrafficPolicy: props.externalTrafficPolicy } }]),
        }),
      },
    });
  }
}

function socketDeployment(socket: WorkloadApiSocket, target: Target): Readonly<Record<string, unknown>> {
  const { name, ...source } = workloadSocketVolume(socket);
  // Merging keeps the template's emptyDir beside the new source, and a volume with two is refused (istio/istio#60108).
  const volume = { name, ...(target.gatewayTemplatesHaveEmptyDir ? { emptyDir: null } : {}), ...source };
  return { spec: { template: { spec: { volumes: [volume] } } } };
}
