import { field, type JsonObject, type JsonValue, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { PROXY_CONTAINER } from '../../upstream/istio/injection';
import { SOCKET_VOLUME } from '../../upstream/istio/proxy-volumes';
import { CSI_DRIVER_IMAGE, TBOT_IMAGE, TELEPORT_IMAGE } from '../../upstream/kubernetes/known-images';

/** What a pod is for, as far as doctor asks it something. */
export type PodRole = 'tbot' | 'csi-driver' | 'istiod' | 'other';

/** The image of istiod, under whatever registry. */
const ISTIOD_IMAGE = /(?:^|\/)pilot(?:[:@]|$)/;

/** The label and the container by which the charts' istiod is known, also where its image has another name. */
const ISTIOD = { label: 'istiod', container: 'discovery' } as const;

/** What `kubectl rollout restart` takes, by the kind that owns the pods. */
const RESTARTED: Readonly<Record<string, string>> = {
  ReplicaSet: 'deployment',
  DaemonSet: 'daemonset',
  StatefulSet: 'statefulset',
};

/** State of one container. */
export interface ContainerState {
  readonly name: string;
  readonly isReady: boolean;
  readonly restarts: number;
  /** `waiting`, `running` or `terminated`; empty if nothing is said. */
  readonly state: string;
  /** Reason of that state, such as `ImagePullBackOff`; empty if it has none. */
  readonly reason: string;
  /** Message of that state or of the end before it; empty if there is none. */
  readonly message: string;
}

/** A pod as it runs. */
export class LivePod {
  /** `namespace/name`. */
  public readonly ref: string;
  public readonly namespace: string;
  public readonly name: string;
  /** Empty until it is scheduled. */
  public readonly node: string;
  public readonly serviceAccount: string;
  public readonly labels: Readonly<Record<string, string>>;
  public readonly annotations: Readonly<Record<string, string>>;
  public readonly role: PodRole;
  /** The container that does what {@link role} says; the first one otherwise. */
  public readonly mainContainer: string;
  /** The image of that container; empty if it has none. */
  public readonly mainImage: string;
  /** Its Istio proxy; undefined if it has none. */
  public readonly proxy: JsonValue | undefined;
  public readonly isReady: boolean;
  /** Whether it has completed or is being deleted. */
  public readonly isEnded: boolean;
  /** When it was created, in milliseconds; NaN if it is not said. */
  public readonly created: number;
  public readonly containers: readonly JsonValue[];
  public readonly states: readonly ContainerState[];
  /** Where its proxy's Workload API socket comes from: the CSI driver's name, or a path of the node; undefined if nowhere. */
  public readonly socketSource: string | undefined;
  /** Port of tbot's diagnostics; undefined if the pod does not say. */
  public readonly diagnosticsPort: number | undefined;

  public constructor(
    /** The object. */
    public readonly body: JsonObject,
  ) {
    this.namespace = textAt(body, 'metadata', 'namespace') ?? 'default';
    this.name = textAt(body, 'metadata', 'name') ?? '';
    this.ref = `${this.namespace}/${this.name}`;
    this.node = textAt(body, 'spec', 'nodeName') ?? '';
    this.serviceAccount = textAt(body, 'spec', 'serviceAccountName') ?? 'default';
    this.labels = textsAt(body, 'metadata', 'labels');
    this.annotations = textsAt(body, 'metadata', 'annotations');
    this.containers = [...listAt(body, 'spec', 'initContainers'), ...listAt(body, 'spec', 'containers')];
    const isIstiod = (one: JsonValue) => this.labels.app === ISTIOD.label && textAt(one, 'name') === ISTIOD.container;
    const main = this.containers.find((one) => roleOf(one) !== 'other' || isIstiod(one));
    this.role = main === undefined ? 'other' : isIstiod(main) ? 'istiod' : roleOf(main);
    const first = main ?? listAt(body, 'spec', 'containers')[0];
    this.mainContainer = textAt(first, 'name') ?? '';
    this.mainImage = textAt(first, 'image') ?? '';
    this.proxy = this.containers.find((one) => textAt(one, 'name') === PROXY_CONTAINER);
    const phase = textAt(body, 'status', 'phase');
    this.isEnded =
      phase === 'Succeeded' || phase === 'Failed' || field(body, 'metadata', 'deletionTimestamp') !== undefined;
    this.isReady = listAt(body, 'status', 'conditions').some(
      (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
    );
    this.created = Date.parse(textAt(body, 'metadata', 'creationTimestamp') ?? '');
    this.states = [
      ...listAt(body, 'status', 'initContainerStatuses'),
      ...listAt(body, 'status', 'containerStatuses'),
    ].map(toState);
    const socket = listAt(body, 'spec', 'volumes').find((one) => textAt(one, 'name') === SOCKET_VOLUME);
    this.socketSource = textAt(socket, 'csi', 'driver') ?? textAt(socket, 'hostPath', 'path');
    this.diagnosticsPort = this.role === 'tbot' ? diagnosticsPort(main) : undefined;
  }

  /** Whether a container has been started more than once. */
  public hasRestarted(container: string): boolean {
    return this.states.some(({ name, restarts }) => name === container && restarts > 0);
  }

  /** Whether a container runs or has run: all volumes are mounted then. */
  public hasStarted(container: string): boolean {
    return this.states.some(({ name, state, restarts }) => name === container && (state === 'running' || restarts > 0));
  }

  /** Its workload, as `namespace/name`: the Deployment instead of a ReplicaSet, whose name ends with a hash. */
  public get workload(): string {
    const owner = listAt(this.body, 'metadata', 'ownerReferences')[0];
    const name = textAt(owner, 'name') ?? this.name;
    const hash = this.labels['pod-template-hash'];
    const isHashed = hash !== undefined && name.endsWith(`-${hash}`);
    return `${this.namespace}/${isHashed ? name.slice(0, -hash.length - 1) : name}`;
  }

  /** How to have it made anew, and no pod of other workloads. */
  public get restart(): string {
    const kind = textAt(listAt(this.body, 'metadata', 'ownerReferences')[0], 'kind') ?? '';
    const resource = RESTARTED[kind];
    const name = this.workload.slice(this.namespace.length + 1);
    return resource === undefined
      ? `create ${this.ref} anew`
      : `kubectl -n ${this.namespace} rollout restart ${resource}/${name}`;
  }

  /** Why it is not ready, in the kubelet's words; empty if the kubelet states no reason. */
  public get trouble(): readonly string[] {
    const said = this.states
      .filter(({ state, reason }) => state === 'waiting' || (state === 'terminated' && reason !== 'Completed'))
      .map(
        ({ name, reason, message }) =>
          `container ${name}: ${[reason, message].filter((part) => part !== '').join(': ')}`,
      );
    const scheduling = listAt(this.body, 'status', 'conditions').flatMap((one) =>
      textAt(one, 'status') === 'False' && textAt(one, 'message') ? [textAt(one, 'message') as string] : [],
    );
    return said.length > 0 ? said : scheduling;
  }
}

function toState(status: JsonValue): ContainerState {
  const [state = ''] = ['waiting', 'running', 'terminated'].filter((one) => field(status, 'state', one) !== undefined);
  const restarts = field(status, 'restartCount');
  return {
    name: textAt(status, 'name') ?? '',
    isReady: field(status, 'ready') === true,
    restarts: typeof restarts === 'number' ? restarts : 0,
    state,
    reason: textAt(status, 'state', state, 'reason') ?? '',
    message: textAt(status, 'state', state, 'message') ?? textAt(status, 'lastState', 'terminated', 'message') ?? '',
  };
}

function roleOf(container: JsonValue): PodRole {
  const image = textAt(container, 'image') ?? '';
  if (TBOT_IMAGE.test(image)) return 'tbot';
  if (TELEPORT_IMAGE.test(image) && scalarTextsAt(container, 'command').some((word) => /(?:^|\/)tbot$/.test(word)))
    return 'tbot';
  if (CSI_DRIVER_IMAGE.test(image)) return 'csi-driver';
  return ISTIOD_IMAGE.test(image) ? 'istiod' : 'other';
}

/** By the name of the port, or by tbot's flag, as `--diag-addr 0.0.0.0:3001`. */
function diagnosticsPort(container: JsonValue | undefined): number | undefined {
  const named = listAt(container, 'ports').find((one) => /^diag/.test(textAt(one, 'name') ?? ''));
  const number = field(named, 'containerPort');
  if (typeof number === 'number') return number;
  const words = scalarTextsAt(container, 'args').flatMap((word) => word.split('='));
  const at = words.indexOf('--diag-addr');
  const port = /:(\d{1,5})$/.exec(at < 0 ? '' : (words[at + 1] ?? ''))?.[1];
  return port === undefined ? undefined : Number(port);
}

/** The pods among the objects, in their order. */
export function readPods(objects: readonly JsonObject[]): readonly LivePod[] {
  return objects.map((body) => new LivePod(body));
}
