import { InvalidInputError } from '../../base/invalid-input-error';

const HIGHEST = 65_535;

/** Whether something can listen on the number: a whole one from 1 to 65535. */
export function isPortNumber(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= HIGHEST;
}

/** Whether the text is a port number in decimal digits, 0 among them, which Istio's policies take. */
export function isPortText(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) <= HIGHEST;
}

/**
 * Refuses a number that no TCP listener can have.
 *
 * @throws InvalidInputError
 */
export function checkPort(where: string, field: string, port: number): number {
  if (!isPortNumber(port)) {
    throw new InvalidInputError({
      where,
      problem: `"${field}" is not a valid port`,
      value: port,
      allowed: '1 to 65535',
    });
  }
  return port;
}
