import { InvalidInputError } from '../../base/invalid-input-error';
import { merged } from '../../base/merged';
import type { CallOperation } from '../app/declared-calls';
import type { HttpMethod } from '../istio/policy/operation';
import type { Port } from './port';

/** HTTP requests; without options, all of them. */
export interface HttpRequests {
  /**
   * HTTP methods, in upper case.
   *
   * @default - any method
   */
  readonly methods?: readonly HttpMethod[];
  /**
   * HTTP paths as the callee sees them, without the query: exact, with a leading or trailing asterisk, or with `{*}`
   * for one segment and `{**}` for the rest.
   *
   * @default - any path
   */
  readonly paths?: readonly string[];
}

/** What a caller may do; without options, it may use every port of the callee without restrictions. */
export interface CallOptions extends HttpRequests {
  /**
   * Host headers; a port in the header is part of it.
   *
   * @default - any host
   */
  readonly hosts?: readonly string[];
  /**
   * Ports of the callee's Service.
   *
   * @default - its HTTP ports if methods, paths or hosts are given, else all its ports
   */
  readonly ports?: readonly number[];
}

/**
 * What callers without an identity may do, on ports that must be listed explicitly, so that an omission does not open a
 * port.
 */
export interface WithoutIdentityOptions extends CallOptions {
  /** Ports of the Service, which then accept plain text. */
  readonly ports: readonly [number, ...number[]];
}

/** What a list of requests means: an empty one is everything. */
export function orEverything<Request extends object>(
  requests: readonly Request[],
): readonly (Request | Record<string, never>)[] {
  return requests.length === 0 ? [{}] : requests;
}

/**
 * Turns what a caller may do into an operation on the callee's own ports.
 *
 * @throws InvalidInputError for a port the callee does not have, and for methods, paths or hosts on a port where Istio
 * sees bytes: it would drop the rule and close the port
 */
export function toOperation(where: string, ports: readonly Port[], options: CallOptions): CallOperation {
  const { methods, paths, hosts } = options;
  checkHasPorts(where, ports);
  const http = (methods ?? paths ?? hosts) !== undefined;
  const chosen = options.ports === undefined ? ports : options.ports.map((number) => findPort(where, ports, number));
  const usable = http && options.ports === undefined ? chosen.filter((port) => port.kind === 'http') : chosen;
  const tcp = usable.find((port) => port.kind === 'tcp');
  if (http && (tcp !== undefined || usable.length === 0)) {
    throw new InvalidInputError({
      where,
      problem: 'methods, paths and hosts apply only to HTTP ports; Istio would drop the rule and deny the port',
      value: (tcp ?? ports[0])?.toString(),
      allowed: list(ports.filter((port) => port.kind === 'http')) || 'a call without methods, paths and hosts',
      fix: 'remove them, or declare the port as HTTP if it is HTTP',
    });
  }
  const [first, ...rest] = sorted(usable.map((port) => port.targetPort));
  if (first === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'the list of ports is empty',
      value: options.ports,
      allowed: list(ports),
      fix: 'remove "ports" to match all of them',
    });
  }
  return merged(
    methods && { methods: sorted(methods) },
    paths && { paths: sorted(paths) },
    hosts && { hosts: sorted(hosts) },
    { ports: [first, ...rest] as const },
  );
}

function checkHasPorts(where: string, ports: readonly Port[]): void {
  if (ports.length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'the service has no ports, so it cannot be called',
      allowed: 'a callee with ports',
      fix: 'declare a port: ports: [Port.http(80)]',
    });
  }
}

/**
 * The port of a service by the number of the Service's port.
 *
 * @throws InvalidInputError listing the ports that the service has
 */
export function findPort(where: string, ports: readonly Port[], number: number): Port {
  const port = ports.find((candidate) => candidate.number === number);
  if (port === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'the service does not have this port',
      value: number,
      allowed: list(ports) || 'ports of a service that has some',
      fix: "use the number of the Service's port, not the one the container listens on",
    });
  }
  return port;
}

function list(ports: readonly Port[]): string {
  return ports.join(', ');
}

/** Sorted, each once: what is said twice or in another order is the same call. */
function sorted<T extends string | number>(items: readonly T[]): T[] {
  return [...new Set(items)].sort((a, b) => (a < b ? -1 : 1));
}
