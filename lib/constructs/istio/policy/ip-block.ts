import { isIP } from 'node:net';
import { InvalidInputError } from '../../../base/invalid-input-error';

/**
 * Refuses what is neither an IP address nor a CIDR block.
 *
 * @throws InvalidInputError
 */
export function checkIpBlock(where: string, block: string): string {
  const [address = '', prefix, ...rest] = block.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  // A zone such as fe80::1%eth0 is an address to Node and none to Istio.
  if (bits === -1 || !fits || rest.length > 0 || address.includes('%')) {
    throw new InvalidInputError({
      where,
      problem: 'not an IP address or block',
      value: block,
      allowed: 'an address such as "10.0.0.1" or a block such as "10.0.0.0/8" or "2001:db8::/32"',
    });
  }
  return block;
}
