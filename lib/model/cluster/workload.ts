import {
  field,
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  textAt,
  textsAt,
  valueAt,
} from '../../base/json';
import { trimmed } from '../../base/trimmed';
import {
  ENDING_KINDS,
  LASTING_KINDS,
  podTemplatePath,
  podTemplatePointer,
} from '../../upstream/kubernetes/pod-template';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A container of a pod, with the pointer to it in its manifest. */
export interface Container {
  /** Empty if it has none. */
  readonly name: string;
  /** Empty if it has none. */
  readonly image: string;
  /** The container as written. */
  readonly body: JsonObject;
  /** JSON pointer to it. */
  readonly pointer: string;
}

/** A volume of a pod, with the pointer to it in its manifest. */
export interface Volume {
  /** Empty if it has none. */
  readonly name: string;
  /** The volume as written. */
  readonly body: JsonObject;
  /** JSON pointer to it. */
  readonly pointer: string;
}

/** A port that a container declares. */
export interface ContainerPort {
  /** Empty if it has none. */
  readonly name: string;
  /** Its number. */
  readonly port: number;
  /** Transport protocol: `TCP`, `UDP` or `SCTP`. */
  readonly transport: string;
}

/** Something that runs pods: a Deployment, a Job, a Pod … */
export interface Workload {
  /** The object itself. */
  readonly manifest: Manifest;
  /** `namespace/name`. */
  readonly ref: string;
  /** `Deployment`, `Pod` … */
  readonly kind: string;
  /** `metadata.name`. */
  readonly name: string;
  /** `default` if the manifest names none, as with kubectl. */
  readonly namespace: string;
  /** JSON pointer to the object with the pods' `metadata` and `spec`. */
  readonly podPointer: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of its pods. */
  readonly annotations: Readonly<Record<string, string>>;
  /** ServiceAccount that its pods run as. */
  readonly serviceAccount: string;
  /** The pods' `spec`. */
  readonly podSpec: JsonObject;
  /** The pods' containers. */
  readonly containers: readonly Container[];
  /** The pods' init containers, including native sidecars. */
  readonly initContainers: readonly Container[];
  /** The pods' volumes. */
  readonly volumes: readonly Volume[];
  /** Ports that its containers declare, lowest first. */
  readonly ports: readonly ContainerPort[];
}

/** Kinds that run pods by definition; of any other kind only what has containers is taken for a workload. */
const POD_KINDS: ReadonlySet<string> = new Set(['Pod', ...LASTING_KINDS, ...ENDING_KINDS]);

/** Finds every workload: anything with a pod template, whatever its kind, so that Argo Rollouts and the like count too. */
export function readWorkloads(manifests: ManifestSet): readonly Workload[] {
  const workloads: Workload[] = [];
  for (const manifest of manifests.all) {
    const workload = readWorkload(manifest);
    if (workload !== undefined && !isMadeByAnother(manifest, manifests)) workloads.push(workload);
  }
  return workloads;
}

/** Where a workload's parts come from. */
export interface WorkloadSource {
  /** The object that says it. */
  readonly manifest: Manifest;
  /** Kind of what runs the pods. */
  readonly kind: string;
  /** Its name. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
  /** The object with the pods' `metadata` and `spec`. */
  readonly pod: JsonValue | undefined;
  /** JSON pointer to that. */
  readonly podPointer: string;
}

function readWorkload(manifest: Manifest): Workload | undefined {
  if (manifest.shape !== 'kubernetes') return undefined;
  const { kind, name } = manifest;
  const pod = valueAt(manifest.body, podTemplatePath(kind));
  if (!POD_KINDS.has(kind) && !isList(field(pod, 'spec', 'containers'))) return undefined;
  const namespace = manifest.namespace ?? 'default';
  return toWorkload({ manifest, kind, name, namespace, pod, podPointer: podTemplatePointer(kind) });
}

/** Reads the pods of a workload; undefined if there is no `spec` of theirs. */
export function toWorkload({ manifest, kind, name, namespace, pod, podPointer }: WorkloadSource): Workload | undefined {
  const podSpec = field(pod, 'spec');
  if (!isObject(pod) || !isObject(podSpec)) return undefined;
  const containers = toContainers(podSpec, podPointer, 'containers');
  const initContainers = toContainers(podSpec, podPointer, 'initContainers');
  return {
    manifest,
    ref: `${namespace}/${name}`,
    kind,
    name,
    namespace,
    podPointer,
    labels: textsAt(pod, 'metadata', 'labels'),
    annotations: textsAt(pod, 'metadata', 'annotations'),
    serviceAccount: textAt(podSpec, 'serviceAccountName') ?? textAt(podSpec, 'serviceAccount') ?? 'default',
    podSpec,
    containers,
    initContainers,
    volumes: toVolumes(podSpec, `${podPointer}/spec`),
    ports: toPorts([...containers, ...initContainers]),
  };
}

/** Objects exported from a cluster come with the pods, ReplicaSets and Jobs that other objects among them have made. */
function isMadeByAnother({ namespace, body }: Manifest, manifests: ManifestSet): boolean {
  return listAt(body, 'metadata', 'ownerReferences').some((owner) => {
    const [kind, name] = [textAt(owner, 'kind') ?? '', textAt(owner, 'name') ?? ''];
    if (manifests.find(kind, namespace, name) !== undefined) return true;
    // `kubectl get deployments,pods` leaves out the ReplicaSets in between, which add a hash to the name.
    const deployment = name.slice(0, Math.max(name.lastIndexOf('-'), 0));
    return kind === 'ReplicaSet' && manifests.find('Deployment', namespace, deployment) !== undefined;
  });
}

function toContainers(podSpec: JsonObject, podPointer: string, key: string): readonly Container[] {
  const containers: Container[] = [];
  const list = listAt(podSpec, key);
  for (let index = 0; index < list.length; index += 1) {
    const body = list[index];
    if (!isObject(body)) continue;
    const pointer = `${podPointer}/spec/${key}/${index}`;
    containers.push({ name: textAt(body, 'name') ?? '', image: textAt(body, 'image') ?? '', body, pointer });
  }
  return trimmed(containers);
}

/** Volumes of a pod spec, or of a template's. */
export function toVolumes(podSpec: JsonObject, pointer: string): readonly Volume[] {
  const volumes: Volume[] = [];
  const list = listAt(podSpec, 'volumes');
  for (let index = 0; index < list.length; index += 1) {
    const body = list[index];
    if (!isObject(body)) continue;
    volumes.push({ name: textAt(body, 'name') ?? '', body, pointer: `${pointer}/volumes/${index}` });
  }
  return trimmed(volumes);
}

function toPorts(containers: readonly Container[]): readonly ContainerPort[] {
  const ports: ContainerPort[] = [];
  for (const { body } of containers) {
    for (const port of listAt(body, 'ports')) {
      const number = numberAt(port, 'containerPort');
      if (number === undefined) continue;
      ports.push({ name: textAt(port, 'name') ?? '', port: number, transport: textAt(port, 'protocol') ?? 'TCP' });
    }
  }
  return trimmed(ports.length > 1 ? ports.sort((a, b) => a.port - b.port) : ports);
}
