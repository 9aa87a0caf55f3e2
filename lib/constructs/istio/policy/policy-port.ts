import { InvalidInputError } from '../../../base/invalid-input-error';

/**
 * A port number as text; refuses what is none.
 *
 * @throws InvalidInputError
 */
export function checkPort(where: string, port: number): string {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InvalidInputError({
      where,
      problem: 'not a port',
      value: port,
      allowed: 'a whole number from 1 to 65535: the port the pod listens on (targetPort), not the Service port',
    });
  }
  return String(port);
}
