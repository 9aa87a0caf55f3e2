import { ApiObject, type ApiObjectMetadataDefinition } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { dropZerosOfService } from '../enroll/dropped-zeros';
import type { Enrollment } from '../enroll/enrollment';
import { type EnrollableWorkload, type PodTemplate, podTemplateOf } from '../enroll/pod-template';
import { type AdoptedPort, toPort } from './adopted-port';
import type { MeshServiceParts } from './service-objects';

/** A port of a cdk8s-plus Service. */
export interface PlusServicePort {
  /** Name of the port, from which Istio derives the protocol. */
  readonly name?: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port that the pods listen on; by default, the port of the Service. */
  readonly targetPort?: number;
}

/** A cdk8s-plus Service, of any of its numbered packages. */
export interface PlusService extends IConstruct {
  /** Name of the Service, as written. */
  readonly name: string;
  /** Where its namespace is read from. */
  readonly metadata: ApiObjectMetadataDefinition;
  /** Its ports, whose names must declare their protocols to Istio. */
  readonly ports: readonly PlusServicePort[];
}

/** An existing Service: from cdk8s-plus, or an object from any library, such as the classes of `cdk8s import k8s`. */
export type AdoptableService = PlusService | ApiObject;

/** What is read of the object of a Service. */
interface ServiceSpec {
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly AdoptedPort[];
}

/**
 * Creates the parts of a mesh service from existing objects.
 *
 * @throws InvalidInputError if one of them is in another namespace, if the Service selects other pods, if Istio would
 * not know a port's protocol, or as enrollment does
 */
export function adoptService(
  namespace: string,
  workload: EnrollableWorkload,
  service: AdoptableService,
  enrollment: Enrollment,
): MeshServiceParts {
  checkSameNamespace(namespace, workload);
  checkSameNamespace(namespace, service);
  const object = ApiObject.of(service);
  const template = podTemplateOf(workload);
  const spec = readSpec(object);
  checkLeadsTo(service, spec.selector ?? {}, template);
  const enrolled = enrollment.enroll(workload);
  if (!ApiObject.isApiObject(service)) dropZerosOfService(object);
  return {
    ports: (spec.ports ?? [])
      // Istio carries no datagrams: such a port stays as it is.
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
      .map((port) => toPort(service.node.path, port, template)),
    enrolled,
    workload: ApiObject.of(workload),
    service: object,
    headless: spec.clusterIP === 'None',
    selector: template.selector,
  };
}

function readSpec(object: ApiObject): ServiceSpec {
  const { kind, spec } = object.toJson();
  if (kind !== 'Service') {
    throw new InvalidInputError({
      where: object.node.path,
      problem: 'the object is not a Service',
      value: kind,
      allowed: 'a Service of cdk8s-plus, or an ApiObject of kind Service',
      fix: 'pass the workload first and the Service second',
    });
  }
  return spec ?? {};
}

/** A Service of other pods would be opened by a policy that protects these. */
function checkLeadsTo(service: AdoptableService, selector: Readonly<Record<string, string>>, pods: PodTemplate): void {
  const keys = Object.keys(selector);
  if (keys.length > 0 && keys.every((key) => pods.labels[key] === selector[key])) return;
  throw new InvalidInputError({
    where: service.node.path,
    problem: `the Service does not select the pods of ${pods.name}`,
    value: selector,
    allowed: `labels of the pods: ${JSON.stringify(pods.labels)}`,
    fix: 'correct the selector of the Service, or the labels of the pods',
  });
}

/** Policies act in their own namespace only: elsewhere they would protect nothing. */
function checkSameNamespace(namespace: string, object: EnrollableWorkload | AdoptableService): void {
  if (object.metadata.namespace !== namespace) {
    throw new InvalidInputError({
      where: object.node.path,
      problem: 'the object is not in the namespace whose policies should protect it',
      value: object.metadata.namespace,
      allowed: namespace,
      fix: `set metadata: { namespace: '${namespace}' }`,
    });
  }
}
