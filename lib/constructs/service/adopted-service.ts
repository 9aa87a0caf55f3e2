import { ApiObject, type ApiObjectMetadataDefinition } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import type { Enrollment } from '../enroll/enrollment';
import type { PlusWorkload } from '../enroll/pod-template';
import { type DeclaredProtocol, Port } from './port';
import type { MeshServiceParts } from './service-objects';

/** A port of a cdk8s-plus Service. */
export interface PlusServicePort {
  /** Name of the port, from which Istio tells the protocol. */
  readonly name?: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port the pods listen on; the same if it is not given. */
  readonly targetPort?: number;
}

/** A cdk8s-plus Service, of any of its numbered packages. */
export interface PlusService extends IConstruct {
  /** Name of the Service, as written. */
  readonly name: string;
  /** Where its namespace is read from. */
  readonly metadata: ApiObjectMetadataDefinition;
  /** Its ports, whose names have to tell Istio the protocol. */
  readonly ports: readonly PlusServicePort[];
}

/** What Istio reads in a port's name (istio/istio pkg/config/protocol/instance.go), as far as it is no guess. */
const RECOGNISED: readonly DeclaredProtocol[] = [
  ...(['http', 'http2', 'grpc', 'https', 'tls', 'tcp', 'mysql', 'mongo', 'redis'] as const),
];
const GRPC_WEB = 'grpc-web';

/**
 * Makes the parts of a mesh service of cdk8s-plus objects.
 *
 * @throws InvalidInputError if one of them lies in another namespace, if Istio would not know a port's protocol, or as
 * enrollment does
 */
export function adoptService(
  namespace: string,
  workload: PlusWorkload,
  service: PlusService,
  enrollment: Enrollment,
): MeshServiceParts {
  checkSameNamespace(namespace, workload);
  checkSameNamespace(namespace, service);
  const object = ApiObject.of(service);
  return {
    ports: service.ports.map((port) => toPort(service.node.path, port)),
    enrolled: enrollment.enroll(workload),
    workload: ApiObject.of(workload),
    service: object,
    headless: object.toJson().spec.clusterIP === 'None',
    selector: workload.matchLabels,
  };
}

/** Policies act in their own namespace only: elsewhere they would protect nothing. */
function checkSameNamespace(namespace: string, object: PlusWorkload | PlusService): void {
  if (object.metadata.namespace !== namespace) {
    throw new InvalidInputError({
      where: object.node.path,
      problem: 'the object is not in the namespace whose policies are to protect it',
      value: object.metadata.namespace,
      allowed: namespace,
      fix: `set metadata: { namespace: '${namespace}' }`,
    });
  }
}

/** cdk8s-plus cannot write `appProtocol`, so the name has to say the protocol. */
function toPort(where: string, { name = '', port, targetPort }: PlusServicePort): Port {
  const protocol = [GRPC_WEB, ...RECOGNISED].find((each) => name === each || name.startsWith(`${each}-`));
  if (protocol === undefined) {
    throw new InvalidInputError({
      where,
      problem: `the name of port ${port} does not say its protocol, so Istio would guess it`,
      value: name,
      allowed: `${RECOGNISED.join(', ')} or ${GRPC_WEB}, alone or with "-" and a suffix`,
      fix: `name the port, such as service.bind(${port}, { name: 'http' })`,
    });
  }
  const suffix = name.slice(protocol.length + 1);
  return Port.of(protocol, port, {
    ...(targetPort !== undefined && { targetPort }),
    ...(suffix !== '' && { suffix }),
  });
}
