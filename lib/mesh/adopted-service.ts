import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../errors';
import type { Enrollment } from './enrollment';
import type { PlusWorkload } from './pod-template';
import { isPortProtocol, Port } from './port';
import type { MeshServiceParts } from './service-objects';

/** A port of a cdk8s-plus Service. */
interface PlusServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number;
}

/** A cdk8s-plus Service, of any of its numbered packages. */
export interface PlusService extends IConstruct {
  readonly name: string;
  readonly ports: readonly PlusServicePort[];
}

/**
 * Makes the parts of a mesh service of cdk8s-plus objects.
 *
 * @throws InvalidInputError if Istio would not know a port's protocol, or as enrollment does
 */
export function adoptService(workload: PlusWorkload, service: PlusService, enrollment: Enrollment): MeshServiceParts {
  return {
    ports: service.ports.map((port) => toPort(service.node.path, port)),
    enrolled: enrollment.enroll(workload),
    workload: ApiObject.of(workload),
    service: ApiObject.of(service),
    selector: workload.matchLabels,
  };
}

/** cdk8s-plus cannot write `appProtocol`, so the name has to say the protocol. */
function toPort(where: string, { name = '', port, targetPort }: PlusServicePort): Port {
  const [first = '', ...rest] = name.split('-');
  const [protocol, suffix] = name.startsWith('grpc-web')
    ? ['grpc-web', name.slice('grpc-web-'.length)]
    : [first, rest.join('-')];
  if (!isPortProtocol(protocol)) {
    throw new InvalidInputError({
      where,
      problem: `the name of port ${port} does not say its protocol, so Istio would guess it`,
      value: name,
      allowed: 'http, http2, grpc, grpc-web, https, tls, tcp, mysql, mongo or redis, alone or with "-" and a suffix',
      fix: `name the port, such as service.bind(${port}, { name: 'http' })`,
    });
  }
  return Port.of(protocol, port, {
    ...(targetPort !== undefined && { targetPort }),
    ...(suffix !== '' && suffix !== undefined && { suffix }),
  });
}
