import { InvalidInputError } from '../../../base/invalid-input-error';
import { isDnsLabel } from '../../../upstream/kubernetes/names';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';

/**
 * Refuses a trust domain that SPIFFE allows and Istio does not: Istio wants DNS labels joined by dots, so no underscore,
 * no empty part and no part that begins or ends with a dash (istio/istio pkg/config/validation/agent `ValidateTrustDomain`).
 *
 * @throws InvalidInputError naming the part that is not a DNS label
 */
export function checkIstioTrustDomain(where: string, trustDomain: TrustDomain): void {
  const wrong = trustDomain
    .toString()
    .split('.')
    .find((part) => !isDnsLabel(part));
  if (wrong !== undefined) {
    throw new InvalidInputError({
      where,
      problem: `Istio does not accept the trust domain "${trustDomain}": one of its parts is not a valid DNS label`,
      value: wrong,
      allowed: 'parts of lower-case letters, digits and inner "-", at most 63 characters each, joined by "."',
      fix: 'the Teleport cluster needs a name that is a DNS name',
    });
  }
}
