import {
  field,
  isList,
  isObject,
  type JsonObject,
  listAt,
  type Manifest,
  type ManifestSet,
  objectAt,
  textAt,
  textsAt,
} from '../manifests';

/** A port a container says it listens on. */
export interface ContainerPort {
  /** Empty if it has none. */
  readonly name: string;
  /** Number of the port. */
  readonly port: number;
}

/** Something that runs pods: a Deployment, a Job, a Pod … */
export interface Workload {
  /** The object that makes the pods. */
  readonly manifest: Manifest;
  /** `namespace/name`. */
  readonly ref: string;
  /** The object's kind: `Deployment`, `CronJob` … */
  readonly kind: string;
  /** The object's name. */
  readonly name: string;
  /** Namespace of the pods. */
  readonly namespace: string;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of its pods. */
  readonly annotations: Readonly<Record<string, string>>;
  /** ServiceAccount its pods run as. */
  readonly serviceAccount: string;
  /** TCP ports its containers declare, lowest first. */
  readonly ports: readonly ContainerPort[];
  /** The pods' `spec`. */
  readonly podSpec: JsonObject;
}

/** Kinds that own pods of another workload that is in the manifests too. */
const OWNED: ReadonlySet<string> = new Set(['Pod', 'ReplicaSet', 'Job']);

/** Finds every workload: anything with a pod template, whatever its kind, so that Argo Rollouts and the like count too. */
export function readWorkloads(manifests: ManifestSet): readonly Workload[] {
  return manifests.all.flatMap((manifest) => {
    if (manifest.shape !== 'kubernetes') return [];
    // Objects exported from a cluster come with the pods their Deployments have made.
    if (OWNED.has(manifest.kind) && listAt(manifest.body, 'metadata', 'ownerReferences').length > 0) return [];
    const template = podTemplate(manifest);
    return template === undefined ? [] : [toWorkload(manifest, template)];
  });
}

function podTemplate({ kind, body }: Manifest): JsonObject | undefined {
  const template =
    kind === 'Pod'
      ? body
      : kind === 'CronJob'
        ? field(body, 'spec', 'jobTemplate', 'spec', 'template')
        : field(body, 'spec', 'template');
  return isObject(template) && isList(field(template, 'spec', 'containers')) ? template : undefined;
}

function toWorkload(manifest: Manifest, template: JsonObject): Workload {
  const podSpec = objectAt(template, 'spec');
  const namespace = manifest.namespace ?? 'default';
  return {
    manifest,
    ref: `${namespace}/${manifest.name}`,
    kind: manifest.kind,
    name: manifest.name,
    namespace,
    labels: textsAt(template, 'metadata', 'labels'),
    annotations: textsAt(template, 'metadata', 'annotations'),
    serviceAccount: textAt(podSpec, 'serviceAccountName') ?? textAt(podSpec, 'serviceAccount') ?? 'default',
    ports: containerPorts(podSpec),
    podSpec,
  };
}

function containerPorts(podSpec: JsonObject): readonly ContainerPort[] {
  return [...listAt(podSpec, 'containers'), ...listAt(podSpec, 'initContainers')]
    .flatMap((container) => listAt(container, 'ports'))
    .flatMap((port) => {
      const number = field(port, 'containerPort');
      const isTcp = (textAt(port, 'protocol') ?? 'TCP') === 'TCP';
      return typeof number === 'number' && isTcp ? [{ name: textAt(port, 'name') ?? '', port: number }] : [];
    })
    .sort((a, b) => a.port - b.port);
}
