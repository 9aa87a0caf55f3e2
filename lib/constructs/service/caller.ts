import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { EnrollableWorkload } from '../enroll/pod-template';
import type { Principal } from '../istio/policy/principal';

/** What has one identity: a service of the mesh, or a workload that was enrolled. */
export interface IIdentified {
  /** The SPIFFE ID that Teleport issues to it. */
  readonly identity: SpiffeId;
}

/** What gets its identity from the mesh it is in: a gateway, or a WorkloadIdentity of a caller outside the cluster. */
export interface IIdentifiable {
  /** The SPIFFE ID it has in a trust domain. */
  spiffeId(trustDomain: TrustDomain): SpiffeId;
}

/** Who may be allowed: by value, by what has an identity, or by the workload object that was enrolled. */
export type MeshCaller = SpiffeId | Principal | IIdentified | IIdentifiable | EnrollableWorkload;
