import { IngressGateway, Principal } from '../istio';
import { SpiffeId, type TrustDomain } from '../spiffe';
import { EnrolledWorkload } from './enrolled-workload';
import type { Enrollment } from './enrollment';
import type { EnrollableWorkload } from './pod-template';

/** Who may be allowed beside services of the mesh: by value, a gateway, or a workload that was enrolled. */
export type CallerBesideServices = SpiffeId | Principal | IngressGateway | EnrolledWorkload | EnrollableWorkload;

/**
 * How policies name a caller.
 *
 * @throws InvalidInputError for a workload that was not enrolled
 */
export function toPrincipal(caller: CallerBesideServices, trustDomain: TrustDomain, enrollment: Enrollment): Principal {
  if (caller instanceof Principal) return caller;
  if (caller instanceof SpiffeId) return Principal.of(caller);
  if (caller instanceof EnrolledWorkload) return Principal.of(caller.identity);
  if (caller instanceof IngressGateway) return Principal.of(caller.spiffeId(trustDomain));
  return Principal.of(enrollment.of(caller).identity);
}
