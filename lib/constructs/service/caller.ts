import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { EnrollableWorkload } from '../enroll/pod-template';
import type { Principal } from '../istio/policy/principal';

/** Something with one identity: a service of the mesh, or an enrolled workload. */
export interface IIdentified {
  /** The SPIFFE ID that Teleport issues to it. */
  readonly identity: SpiffeId;
}

/**
 * Something whose identity depends on the trust domain of the mesh: a gateway, or a WorkloadIdentity of a caller
 * outside the cluster.
 */
export interface IIdentifiable {
  /** Its SPIFFE ID in a trust domain. */
  spiffeId(trustDomain: TrustDomain): SpiffeId;
}

/** A caller that can be allowed: a value, something with an identity, or an enrolled workload object. */
export type MeshCaller = SpiffeId | Principal | IIdentified | IIdentifiable | EnrollableWorkload;
