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

/** The class of Gateway API gateways that istiod deploys itself. */
export type GatewayClassName = 'istio';

/** What istiod's gateways get besides their template. */
export interface GatewayParametersProps {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Its namespace: that of the gateways, or for class defaults that of istiod. */
  readonly namespace: string;
  /** The socket that the gateways' proxies use. */
  readonly socket: WorkloadApiSocket;
  /**
   * Makes this the default of every gateway of the class, in any namespace; the ConfigMap must lie in istiod's.
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
   * More to merge into the gateway's Deployment, in Kubernetes' words and strategically, as the volume is.
   *
   * @default - the volume alone
   */
  readonly deployment?: Readonly<Record<string, unknown>>;
  /**
   * Whether connections keep the address of the client: with `Local`, which `ClientAddress.ofConnection()` of a gateway needs.
   *
   * @default - the address of a node may stand in its place
   */
  readonly externalTrafficPolicy?: 'Local';
}

/** How a Gateway refers to its parameters. */
export interface ParametersRef {
  /** The core group, ConfigMap's own. */
  readonly group: '';
  /** The only kind that Istio reads parameters from. */
  readonly kind: 'ConfigMap';
  /** Name of the ConfigMap, in the namespace of the Gateway. */
  readonly name: string;
}

/**
 * Gives gateways that istiod deploys (Gateway API) the Workload API socket. Nothing is injected into them, so
 * the overlay does not reach them; istiod merges this ConfigMap into their Deployment instead.
 */
export class GatewayParameters extends Construct {
  /** Namespace of the ConfigMap: a Gateway can only refer to one in its own. */
  public readonly namespace: string;
  /** What a Gateway writes under `spec.infrastructure.parametersRef`. */
  public readonly parametersRef: ParametersRef;
  /** What the Services of the gateways do with the address of the client; undefined if nothing is said. */
  public readonly externalTrafficPolicy: 'Local' | undefined;
  /** The object itself, for patches. */
  public readonly configMap: ApiObject;

  /**
   * @throws InvalidInputError if a name is none, or `deployment` has volumes
   */
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
