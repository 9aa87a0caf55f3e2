import { InvalidInputError } from '../../base/invalid-input-error';
import { isForeignHost } from '../../upstream/istio/outbound-traffic';
import type { ExternalServiceProps } from './external-service-props';

/**
 * Refuses what is not a host outside the cluster.
 *
 * @throws InvalidInputError
 */
export function checkHost(where: string, host: string): void {
  if (!isForeignHost(host.replace(/^\*\./, ''))) {
    throw new InvalidInputError({
      where,
      problem: 'not the name of an external host',
      value: host,
      allowed: 'a full name such as "db.example.com" or "*.example.com"',
      fix: /[:/]/.test(host)
        ? 'remove the scheme, the port and the path: ports are separate from hosts'
        : 'services in the cluster need no ExternalService: call them directly',
    });
  }
}

/**
 * Refuses ports that a proxy could not tell apart, or could not speak TLS on.
 *
 * @throws InvalidInputError
 */
export function checkPorts(where: string, { hosts, ports, addresses, originateTls }: ExternalServiceProps): void {
  for (const key of ['number', 'name'] as const) {
    const twice = ports.find((port, index) => ports.findIndex((other) => other[key] === port[key]) !== index);
    if (twice !== undefined) {
      throw new InvalidInputError({
        where,
        problem: `two ports have the same ${key}`,
        value: twice.toString(),
        allowed: `each ${key} once`,
        fix: key === 'name' ? 'give one of them a suffix' : 'remove one of them',
      });
    }
  }
  const nameless = ports.find(({ kind, protocol }) => kind === 'tcp' && protocol !== 'https' && protocol !== 'tls');
  if (nameless !== undefined && addresses === undefined) {
    throw new InvalidInputError({
      where,
      problem: `plain TCP does not carry a host name, so every connection to port ${nameless.number} would go there`,
      value: nameless.toString(),
      allowed: 'addresses together with plain TCP ports',
      fix: 'pass addresses: [...], or Port.https() if the application speaks TLS from the first byte',
    });
  }
  if (originateTls !== true) return;
  const bytes = ports.find(({ kind }) => kind !== 'http');
  const wild = hosts.find((host) => host.startsWith('*'));
  if (bytes === undefined && wild === undefined && addresses === undefined) return;
  throw new InvalidInputError({
    where,
    problem:
      'a proxy can originate TLS only for HTTP to hosts that it can resolve; otherwise it cannot verify the server’s name',
    value: bytes?.toString() ?? wild ?? addresses,
    allowed: 'originateTls with HTTP ports and full host names, without addresses',
    fix: 'remove originateTls, and let the application use TLS',
  });
}

/**
 * Rejects restrictions for single workloads in a mesh whose proxies let all workloads reach any host.
 *
 * @throws InvalidInputError
 */
export function checkCanBeRestricted(
  where: string,
  { visibleTo }: ExternalServiceProps,
  egressIsClosed: boolean,
): void {
  if (visibleTo !== 'callers' || egressIsClosed) return;
  throw new InvalidInputError({
    where,
    problem: 'every workload can reach any host, so this would not restrict access',
    value: { visibleTo },
    allowed: "visibleTo: 'callers' in a mesh with istio: { egress: 'registry-only' }",
    fix: "pass istio: { egress: 'registry-only' } to the TeleportMesh",
  });
}

/**
 * Rejects what an egress gateway cannot route: it uses the server name of the application's own TLS.
 *
 * @throws InvalidInputError
 */
export function checkThrough(where: string, props: ExternalServiceProps, isOfMesh: boolean): void {
  const { hosts, ports, addresses, originateTls } = props;
  const refuse = (problem: string, value: unknown, allowed: string, fix?: string) =>
    new InvalidInputError({ where, problem, value, allowed, ...(fix && { fix }) });
  if (!isOfMesh) {
    throw refuse(
      'the mesh does not install this egress gateway',
      undefined,
      'the egress gateway of the mesh',
      'pass through: mesh.egressGateway',
    );
  }
  const [port, second] = ports;
  const wild = hosts.find((host) => host.startsWith('*'));
  const isTls = port.protocol === 'https' || port.protocol === 'tls';
  if (second !== undefined || !isTls || addresses !== undefined || originateTls === true || wild !== undefined) {
    throw refuse(
      'an egress gateway routes by TLS server name (SNI), which contains no port and, for a wildcard, does not determine a host',
      wild ?? (isTls ? (second?.toString() ?? addresses ?? { originateTls }) : port.toString()),
      'full host names and one port, Port.https() or Port.tls(), without addresses or originateTls',
      'omit "through" for the others, and restrict their callers with visibleTo only',
    );
  }
}
