import { InvalidInputError } from '../../base/invalid-input-error';
import { STANDARD_APP_PROTOCOLS } from '../../upstream/istio/port-protocol';
import type { PodTemplate } from '../enroll/pod-template';
import { type DeclaredProtocol, Port } from './port';

/** A port of a Service as Kubernetes writes it. */
export interface AdoptedPort {
  readonly name?: string;
  readonly appProtocol?: string;
  readonly port: number;
  /** Number, or the name of a container's port; that of the Service if it is not given. */
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

/** What Istio reads in a port's name or `appProtocol` (istio/istio pkg/config/protocol/instance.go), as far as it is not a guess. */
const RECOGNISED: readonly DeclaredProtocol[] = [
  ...(['http', 'http2', 'grpc', 'https', 'tls', 'tcp', 'mysql', 'mongo', 'redis'] as const),
];
const GRPC_WEB = 'grpc-web';

/**
 * A port as Istio sees it.
 *
 * @throws InvalidInputError if Istio would have to guess its protocol, or if no container has the port that is named
 */
export function toPort(where: string, adopted: AdoptedPort, pods: PodTemplate): Port {
  const { name = '', appProtocol, port, targetPort } = adopted;
  const number = typeof targetPort === 'string' ? namedPort(where, targetPort, pods) : targetPort;
  const options = number === undefined ? {} : { targetPort: number };
  // Where there is an appProtocol, Istio does not read the name.
  if (appProtocol !== undefined) return Port.of(protocolOf(where, port, appProtocol), port, options);
  const protocol = recognised(name);
  if (protocol === undefined) {
    throw new InvalidInputError({
      where,
      problem: `the name of port ${port} does not declare its protocol, so Istio would rely on protocol detection`,
      value: name,
      allowed: `${RECOGNISED.join(', ')} or ${GRPC_WEB}, alone or with "-" and a suffix`,
      fix: "name the port after its protocol, such as 'http', or give it an appProtocol",
    });
  }
  const suffix = name.slice(protocol.length + 1);
  return Port.of(protocol, port, { ...options, ...(suffix !== '' && { suffix }) });
}

function recognised(text: string): DeclaredProtocol | undefined {
  return ([GRPC_WEB, ...RECOGNISED] as const).find((each) => text === each || text.startsWith(`${each}-`));
}

function protocolOf(where: string, port: number, appProtocol: string): string {
  const protocol = STANDARD_APP_PROTOCOLS.get(appProtocol) ?? recognised(appProtocol.toLowerCase());
  if (protocol !== undefined) return protocol;
  throw new InvalidInputError({
    where,
    problem: `Istio does not recognize the appProtocol of port ${port}`,
    value: appProtocol,
    allowed: [...RECOGNISED, GRPC_WEB, ...STANDARD_APP_PROTOCOLS.keys()].join(', '),
    fix: 'use tcp for a protocol that Istio does not recognize',
  });
}

function namedPort(where: string, name: string, pods: PodTemplate): number {
  const number = pods.containerPorts.get(name);
  if (number !== undefined) return number;
  throw new InvalidInputError({
    where,
    problem: `no container of ${pods.name} has a port with this name`,
    value: name,
    allowed: [...pods.containerPorts.keys()].join(', ') || 'the port number',
    fix: "name the container's port, or use its number",
  });
}
