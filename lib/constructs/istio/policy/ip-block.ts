import { InvalidInputError } from '../../../base/invalid-input-error';
import { isIpBlock } from '../../../upstream/network/ip-address';

/**
 * Refuses what is neither an IP address nor a CIDR block.
 *
 * @throws InvalidInputError
 */
export function checkIpBlock(where: string, block: string): string {
  if (!isIpBlock(block)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid IP address or CIDR',
      value: block,
      allowed: 'an address such as "10.0.0.1" or a CIDR such as "10.0.0.0/8" or "2001:db8::/32"',
    });
  }
  return block;
}
