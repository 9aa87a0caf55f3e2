import { field, isObject, type JsonObject, listAt, type Manifest, textAt, textsAt, toPointer } from '../../manifests';

/** A container of a pod, with the pointer to it in its manifest. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly body: JsonObject;
  readonly pointer: string;
}

/** A volume of a pod, with the pointer to it in its manifest. */
export interface Volume {
  readonly name: string;
  readonly body: JsonObject;
  readonly pointer: string;
}

/** Something that makes pods: a Deployment, a DaemonSet, a Pod itself … */
export interface Workload {
  readonly manifest: Manifest;
  readonly name: string;
  /** `default` if the manifest names none, as kubectl has it. */
  readonly namespace: string;
  /** JSON pointer to what holds the pod's `metadata` and `spec`. */
  readonly podPointer: string;
  /** The pods' own labels and annotations. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly podSpec: JsonObject;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly volumes: readonly Volume[];
}

/** Where each kind keeps its pod template. */
const POD_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', []],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].map((kind): [string, readonly string[]] => [
    kind,
    ['spec', 'template'],
  ]),
]);

/** Kinds that make pods. */
export const WORKLOAD_KINDS: readonly string[] = [...POD_PATHS.keys()];

/** Reads a manifest of one of {@link WORKLOAD_KINDS}; undefined if it has no pod to speak of. */
export function toWorkload(manifest: Manifest): Workload | undefined {
  const path = POD_PATHS.get(manifest.kind);
  const pod = path && field(manifest.body, ...path);
  const podSpec = field(pod, 'spec');
  if (!path || !isObject(pod) || !isObject(podSpec)) return undefined;
  const podPointer = toPointer(...path);
  return {
    manifest,
    name: manifest.name,
    namespace: manifest.namespace ?? 'default',
    podPointer,
    labels: textsAt(pod, 'metadata', 'labels'),
    annotations: textsAt(pod, 'metadata', 'annotations'),
    serviceAccount: textAt(podSpec, 'serviceAccountName') ?? textAt(podSpec, 'serviceAccount') ?? 'default',
    podSpec,
    containers: toContainers(podSpec, podPointer, 'containers'),
    initContainers: toContainers(podSpec, podPointer, 'initContainers'),
    volumes: toVolumes(podSpec, `${podPointer}/spec`),
  };
}

function toContainers(podSpec: JsonObject, podPointer: string, key: string): readonly Container[] {
  return listAt(podSpec, key).flatMap((body, index) =>
    isObject(body)
      ? [
          {
            name: textAt(body, 'name') ?? '',
            image: textAt(body, 'image') ?? '',
            body,
            pointer: `${podPointer}/spec/${key}/${index}`,
          },
        ]
      : [],
  );
}

/** Volumes of a pod spec, or of a template's. */
export function toVolumes(podSpec: JsonObject, pointer: string): readonly Volume[] {
  return listAt(podSpec, 'volumes').flatMap((body, index) =>
    isObject(body) ? [{ name: textAt(body, 'name') ?? '', body, pointer: `${pointer}/volumes/${index}` }] : [],
  );
}
