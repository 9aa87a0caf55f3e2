import { Construct } from 'constructs';
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

/** A caller as messages name it: by its place in the app, or by its identity. */
export function describeCaller(caller: MeshCaller): string {
  if (Construct.isConstruct(caller)) return caller.node.path;
  if ('namespace' in caller && 'name' in caller) return `${caller.namespace}/${caller.name}`;
  return 'name' in caller ? String(caller.name) : caller.toString();
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
