import { Construct, type IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import { EnrolledWorkload } from '../enroll/enrolled-workload';
import { Principal } from '../istio/policy/principal';
import type { ForeignCaller } from '../teleport/trust-bundle';
import type { ICallee } from './callee';
import type { MeshCaller } from './caller';

/** What can be called, seen from the check of its callers. */
interface Called {
  readonly node: IConstruct['node'];
}

/**
 * Refuses what is not a caller here, which types keep out of TypeScript only.
 *
 * @throws InvalidInputError if it is nothing with an identity, of another trust domain with roots of its own, or of another app
 */
export function checkCaller(where: string, callee: Called, caller: MeshCaller): void {
  if (isForeign(caller)) throw foreignCaller(where, caller);
  if (!isCaller(caller)) throw notACaller(where, caller);
  const construct = Construct.isConstruct(caller)
    ? caller
    : caller instanceof EnrolledWorkload
      ? caller.owner
      : undefined;
  if (construct !== undefined && construct.node.root !== callee.node.root) {
    throw new InvalidInputError({
      where,
      problem: `its caller, ${construct.node.path}, belongs to another app, whose files are for another cluster`,
      allowed: 'callers of the same MeshApp, and identities',
      fix: 'create both in one MeshApp; for one mesh of several clusters, use MeshFleet; for a caller that is deployed in another way, pass its identity (caller.identity)',
    });
  }
}

function isForeign(caller: unknown): caller is ForeignCaller {
  return isThing(caller) && 'bundle' in caller && 'principal' in caller;
}

function isCaller(caller: unknown): caller is MeshCaller {
  if (caller instanceof Principal || caller instanceof SpiffeId || Construct.isConstruct(caller)) return true;
  return isThing(caller) && ('identity' in caller || 'spiffeId' in caller);
}

function isThing(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function notACaller(where: string, caller: unknown): InvalidInputError {
  const value = typeof caller === 'string' || caller === undefined || caller === null ? caller : typeof caller;
  return new InvalidInputError({
    where,
    problem: 'not a caller: policies match callers by identity, and this has none',
    value: value ?? String(value),
    allowed: 'a service, an enrolled workload, a gateway, a SpiffeId or a Principal',
    fix:
      typeof caller === 'string'
        ? 'pass the service itself, or SpiffeId.parse("spiffe://<trust domain>/ns/<namespace>/sa/<service account>")'
        : 'pass the object that addService, enroll or mesh.ingressGateway returned',
  });
}

function foreignCaller(where: string, { principal }: ForeignCaller): InvalidInputError {
  return new InvalidInputError({
    where,
    problem:
      'sidecars trust only the roots of their own trust domain, so a caller of another trust domain cannot connect directly',
    value: `${principal}`,
    allowed: 'callers in the mesh; callers of a TrustBundle enter through a gateway that requests their certificates',
    fix: "exposeThrough(mesh.ingressGateway, { clients: [partner.workload(…)], hosts: ['…'], tlsSecret: '…' })",
  });
}

/**
 * Refuses what cannot be called, which types keep out of TypeScript only.
 *
 * @throws InvalidInputError if it takes no callers
 */
export function checkCallee(where: string, callee: unknown): asserts callee is ICallee {
  if (isThing(callee) && 'allowFrom' in callee) return;
  throw new InvalidInputError({
    where,
    problem: 'not something that can be called',
    value: typeof callee === 'string' ? callee : String(typeof callee),
    allowed: 'a service of the mesh, or an ExternalService',
    fix: 'pass the object that addService, MeshService.from or new ExternalService(…) returned; for an external host, create an ExternalService',
  });
}
