import { InvalidInputError } from '../../../base/invalid-input-error';
import { isPortNumber } from '../../../upstream/network/port-number';

/**
 * A port number as a string; rejects invalid ones.
 *
 * @throws InvalidInputError
 */
export function checkPort(where: string, port: number): string {
  if (!isPortNumber(port)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid port',
      value: port,
      allowed: 'a whole number from 1 to 65535: the port the pod listens on (targetPort), not the Service port',
    });
  }
  return String(port);
}
