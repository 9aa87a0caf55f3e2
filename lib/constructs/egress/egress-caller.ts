import { InvalidInputError } from '../../base/invalid-input-error';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import { EnrolledWorkload } from '../enroll/enrolled-workload';
import type { Enrollment } from '../enroll/enrollment';
import type { EnrollableWorkload } from '../enroll/pod-template';
import { Principal } from '../istio/policy/principal';
import type { CallOptions } from '../service/call';
import type { IIdentified, MeshCaller } from '../service/caller';

/**
 * The workload of a caller: whoever leaves needs a proxy here that lets it.
 *
 * @throws InvalidInputError if it is not a workload, or is not enrolled
 */
export function egressCallerOf(where: string, caller: MeshCaller, enrollment: Enrollment): EnrolledWorkload {
  if (caller instanceof EnrolledWorkload) return caller;
  const enrolled = 'enrolled' in caller ? (caller as IIdentified & { readonly enrolled: unknown }).enrolled : undefined;
  if (enrolled instanceof EnrolledWorkload) return enrolled;
  if (caller instanceof SpiffeId || caller instanceof Principal || 'spiffeId' in caller || 'identity' in caller) {
    throw new InvalidInputError({
      where,
      problem: 'outbound access is configured in a workload’s proxy, and an identity alone has no proxy',
      allowed: 'a service or an enrolled workload of the mesh',
      fix: 'call it from the service: orders.calls(externalService)',
    });
  }
  return enrollment.of(caller as EnrollableWorkload);
}

/** What is said to a caller where everybody of a namespace may leave. */
export function notForCallers(where: string): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'every workload in its namespaces may already use it, so a call would not restrict access',
    allowed: "an ExternalService with visibleTo: 'callers'",
    fix: "pass visibleTo: 'callers'",
  });
}

/** What is said to requests that no proxy looks at. */
export function requestsNamed(where: string, requests: readonly CallOptions[]): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'policies apply only to inbound requests, so individual requests to an external host are not checked',
    value: requests,
    allowed: 'a call without methods, paths, hosts and ports',
    fix: 'remove them: the ExternalService defines its hosts and ports',
  });
}
