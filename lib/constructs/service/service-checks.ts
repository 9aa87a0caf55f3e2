import { InvalidInputError } from '../../base/invalid-input-error';
import type { Port } from './port';

/** RFC 1035: what the API server takes as the name of a Service. */
const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Refuses a name that no Service can have.
 *
 * @throws InvalidInputError
 */
export function checkServiceName(where: string, name: string): void {
  if (!SERVICE_NAME.test(name)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid Service name',
      value: name,
      allowed: 'a lower-case letter, then letters, digits and "-", at most 63 characters',
      fix: 'rename it',
    });
  }
}

/**
 * Refuses ports that no Service can have together.
 *
 * @throws InvalidInputError
 */
export function checkPorts(where: string, ports: readonly Port[]): void {
  for (const [index, port] of ports.entries()) {
    const earlier = ports.slice(0, index).find(({ number, name }) => number === port.number || name === port.name);
    if (earlier !== undefined) {
      throw new InvalidInputError({
        where,
        problem: `two ports have the same ${earlier.number === port.number ? 'number' : 'name'}`,
        value: `${earlier}, ${port}`,
        allowed: 'a different number and name for each port',
        fix: "add a suffix to one of them, such as Port.http(9090, { suffix: 'metrics' })",
      });
    }
  }
}

/**
 * Refuses an image whose content can change between two pods of one Deployment.
 *
 * @throws InvalidInputError
 */
export function checkImage(where: string, image: string): void {
  const isPinned = /^[^\s@]+@sha256:[0-9a-f]{64}$/.test(image) || /^[^\s@]+:(?!latest$)[\w][\w.-]*$/.test(image);
  if (!isPinned) {
    throw new InvalidInputError({
      where,
      problem: 'the image is not pinned',
      value: image,
      allowed: 'a repository with a tag other than "latest", or with a digest',
      fix: 'use the version that you tested',
    });
  }
}

/**
 * Refuses a number of pods that there cannot be.
 *
 * @throws InvalidInputError
 */
export function checkReplicas(where: string, replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid number of pods',
      value: replicas,
      allowed: 'a whole number, 0 or greater',
    });
  }
}
