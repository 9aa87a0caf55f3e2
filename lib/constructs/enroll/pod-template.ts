import { ApiObject, type ApiObjectMetadataDefinition, JsonPatch } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { field, listAt, textAt, valueAt } from '../../base/json';
import { podTemplatePath, podTemplatePointer } from '../../upstream/kubernetes/pod-template';
import { dropZeros } from './dropped-zeros';

/**
 * A cdk8s-plus Deployment, StatefulSet, DaemonSet, Job or CronJob, from any of its numbered packages. This interface
 * has only the members that are used, so that this package does not depend on cdk8s-plus.
 */
export interface PlusWorkload extends IConstruct {
  /** Kubernetes name; cdk8s-plus generates one with a hash unless `metadata.name` is given. */
  readonly name: string;
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Job` or `CronJob`. */
  readonly kind: string;
  /** Where the object's name and namespace are read from. */
  readonly metadata: ApiObjectMetadataDefinition;
  /** Where the labels and annotations of pods are read from and added to. */
  readonly podMetadata: ApiObjectMetadataDefinition;
  /** Labels by which the workload selects its pods. */
  readonly matchLabels: Record<string, string>;
  /** The ServiceAccount of the pods; without one they use `default`, which is rejected. */
  readonly serviceAccount?: { readonly name: string };
  /** Whether pods use the host network, where a sidecar is impossible. */
  readonly hostNetwork?: boolean;
}

/** A workload with a pod template: from cdk8s-plus, or a raw `ApiObject` with a pod template. */
export type EnrollableWorkload = PlusWorkload | ApiObject;

/** What enrollment adds to a pod template. */
export interface PodTemplateAdditions {
  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the pods. */
  readonly annotations: Readonly<Record<string, string>>;
  /** ServiceAccount of the pods. */
  readonly serviceAccountName: string;
}

/** One view on both forms of workload, with just what enrollment reads and writes. */
export interface PodTemplate {
  /** Name of the object. */
  readonly name: string;
  /** Namespace of the object; undefined if it does not say. */
  readonly namespace: string | undefined;
  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the pods. */
  readonly annotations: Readonly<Record<string, string>>;
  /** ServiceAccount of the pods; undefined if it does not say. */
  readonly serviceAccountName: string | undefined;
  /** Whether pods use the network of their node. */
  readonly hostNetwork: boolean;
  /** Labels by which the workload finds its pods; those of the pods if it does not say. */
  readonly selector: Readonly<Record<string, string>>;
  /** Ports of the containers that have a name. */
  readonly containerPorts: ReadonlyMap<string, number>;
  /** Whether the pods are to come to an end, as those of a Job are. */
  readonly endsByItself: boolean;
  /** Adds to the pods what membership in the mesh needs. */
  add(additions: PodTemplateAdditions): void;
}

/**
 * @throws InvalidInputError for an object without a pod template
 */
export function podTemplateOf(workload: EnrollableWorkload): PodTemplate {
  return ApiObject.isApiObject(workload) ? rawTemplate(workload) : plusTemplate(workload);
}

function plusTemplate(workload: PlusWorkload): PodTemplate {
  const { podMetadata } = workload;
  const metadata = podMetadata.toJson() ?? {};
  return {
    name: workload.name,
    namespace: workload.metadata.namespace,
    labels: { ...metadata.labels, ...workload.matchLabels },
    annotations: metadata.annotations ?? {},
    serviceAccountName: workload.serviceAccount?.name,
    hostNetwork: workload.hostNetwork ?? false,
    selector: workload.matchLabels,
    containerPorts: containerPorts(ApiObject.of(workload)),
    endsByItself: endsByItself(workload.kind),
    add: ({ labels, annotations, serviceAccountName }) => {
      for (const [key, text] of Object.entries(labels)) podMetadata.addLabel(key, text);
      for (const [key, text] of Object.entries(annotations)) podMetadata.addAnnotation(key, text);
      // cdk8s-plus has no setter for the account; a patch reaches the object it writes.
      const object = ApiObject.of(workload);
      object.addJsonPatch(
        JsonPatch.add(`${podTemplatePointer(workload.kind)}/spec/serviceAccountName`, serviceAccountName),
      );
      dropZeros(object);
    },
  };
}

function containerPorts(workload: ApiObject): ReadonlyMap<string, number> {
  const spec = valueAt(workload.toJson(), [...podTemplatePath(workload.kind), 'spec']);
  const containers = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
  return new Map(
    containers
      .flatMap((container) => listAt(container, 'ports'))
      .flatMap((port) => {
        const [name, number] = [textAt(port, 'name'), field(port, 'containerPort')];
        return name === undefined || typeof number !== 'number' ? [] : [[name, number] as const];
      }),
  );
}

function endsByItself(kind: string): boolean {
  return kind === 'Job' || kind === 'CronJob';
}

interface RawPodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec?: { readonly serviceAccountName?: string; readonly hostNetwork?: boolean };
}

function rawTemplate(workload: ApiObject): PodTemplate {
  const template = valueAt(workload.toJson(), podTemplatePath(workload.kind)) as RawPodTemplate | undefined;
  if (template?.spec === undefined) {
    throw new InvalidInputError({
      where: workload.node.path,
      problem: 'the object has no pod template',
      value: `${workload.kind}/${workload.name}`,
      allowed: 'a Deployment, StatefulSet, DaemonSet, Job, CronJob or other object with spec.template.spec',
    });
  }
  const { metadata = {}, spec } = template;
  const pointer = podTemplatePointer(workload.kind);
  return {
    name: workload.name,
    namespace: workload.metadata.namespace,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    serviceAccountName: spec.serviceAccountName,
    hostNetwork: spec.hostNetwork ?? false,
    selector: workload.toJson().spec.selector?.matchLabels ?? metadata.labels ?? {},
    containerPorts: containerPorts(workload),
    endsByItself: endsByItself(workload.kind),
    add: ({ labels, annotations, serviceAccountName }) =>
      workload.addJsonPatch(
        // One patch for the whole metadata: a patch cannot add below a map that is not there.
        JsonPatch.add(`${pointer}/metadata`, {
          ...metadata,
          labels: { ...metadata.labels, ...labels },
          annotations: { ...metadata.annotations, ...annotations },
        }),
        JsonPatch.add(`${pointer}/spec/serviceAccountName`, serviceAccountName),
      ),
  };
}
