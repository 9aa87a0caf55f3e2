import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import { EnrolledWorkload } from '../enroll/enrolled-workload';
import type { Enrollment } from '../enroll/enrollment';
import type { EnrollableWorkload } from '../enroll/pod-template';
import { IngressGateway } from '../istio/installation/ingress-gateway';
import { Principal } from '../istio/policy/principal';

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
