import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { Enrollment } from '../enroll/enrollment';
import { Principal } from '../istio/policy/principal';
import type { MeshCaller } from './caller';

/**
 * How policies name a caller.
 *
 * @throws InvalidInputError for a workload that was not enrolled
 */
export function toPrincipal(caller: MeshCaller, trustDomain: TrustDomain, enrollment: Enrollment): Principal {
  if (caller instanceof Principal) return caller;
  return Principal.of(identityOf(caller, trustDomain, enrollment));
}

function identityOf(
  caller: Exclude<MeshCaller, Principal>,
  trustDomain: TrustDomain,
  enrollment: Enrollment,
): SpiffeId {
  if (caller instanceof SpiffeId) return caller;
  if ('identity' in caller) return caller.identity;
  if ('spiffeId' in caller) return caller.spiffeId(trustDomain);
  return enrollment.of(caller).identity;
}
