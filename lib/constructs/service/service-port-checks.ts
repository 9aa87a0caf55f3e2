import { InvalidInputError } from '../../base/invalid-input-error';
import { MtlsMode } from '../istio/traffic/mtls-mode';
import type { Port } from './port';

/** The ports of a call, each with the connections it takes. */
export type PortModes = ReadonlyMap<Port, MtlsMode>;

/**
 * Refuses to name callers at a port where nobody has an identity: the rule would never match.
 *
 * @throws InvalidInputError
 */
export function checkIdentified(where: string, ports: PortModes): void {
  const plaintext = findMode(ports, MtlsMode.DISABLE);
  if (plaintext !== undefined) {
    throw new InvalidInputError({
      where,
      problem: 'a port accepts only plain text, so no caller has an identity there and the rule would never match',
      value: plaintext.toString(),
      allowed: 'ports whose mTLS mode is STRICT or PERMISSIVE',
      fix: `set portMtls: { ${plaintext.number}: MtlsMode.STRICT } on the service, or list other ports`,
    });
  }
}

/**
 * Refuses to let plain text in where the same app says in so many words that there is none.
 *
 * @throws InvalidInputError
 */
export function checkNotDeclaredStrict(
  where: string,
  ports: readonly Port[],
  portMtls: Readonly<Record<number, MtlsMode>> = {},
): void {
  const strict = ports.find(({ number }) => portMtls[number] === MtlsMode.STRICT);
  if (strict !== undefined) {
    throw new InvalidInputError({
      where,
      problem: 'portMtls allows only mTLS on the port, but callers without an identity use plain text',
      value: strict.toString(),
      allowed: 'ports without a mode in portMtls, or with PERMISSIVE or DISABLE',
      fix: `remove ${strict.number} from portMtls: allowWithoutIdentity sets its mode`,
    });
  }
}

/**
 * Refuses to expose a port to callers that come in plain text and would be turned away.
 *
 * @throws InvalidInputError
 */
export function checkTakesPlaintext(where: string, ports: PortModes): void {
  const strict = findMode(ports, MtlsMode.STRICT);
  if (strict !== undefined) {
    throw new InvalidInputError({
      where,
      problem: 'a port that accepts only mTLS cannot be exposed in plain text',
      value: strict.toString(),
      allowed: 'ports whose mTLS mode is PERMISSIVE or DISABLE',
      fix: `set portMtls: { ${strict.number}: MtlsMode.PERMISSIVE } on the service, or use exposeThrough(mesh.ingressGateway)`,
    });
  }
}

function findMode(ports: PortModes, wanted: MtlsMode): Port | undefined {
  return [...ports].find(([, mode]) => mode === wanted)?.[0];
}
