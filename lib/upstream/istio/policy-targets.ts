import { GATEWAY_API, ISTIO_NETWORKING } from '../kubernetes/api-groups';

/** A kind of object that a policy can be attached to with `targetRefs`. */
export type PolicyTargetKind = 'Gateway' | 'GatewayClass' | 'Service' | 'ServiceEntry';

/** The kinds that a policy can be attached to, with their groups (istio/istio pkg/config/validation/validation.go `validatePolicyTargetReference`). */
export const POLICY_TARGET_GROUPS: Readonly<Record<PolicyTargetKind, string>> = {
  Gateway: GATEWAY_API,
  GatewayClass: GATEWAY_API,
  Service: '',
  ServiceEntry: ISTIO_NETWORKING,
};

/** Those of them that only a waypoint enforces a policy for (istio/istio pilot/pkg/model/policyattachment.go). */
export const WAYPOINT_TARGETS: readonly PolicyTargetKind[] = ['Service', 'ServiceEntry'];

/** AuthorizationPolicy and RequestAuthentication take at most 16 `targetRefs` (their CRD schema). */
export const MOST_POLICY_TARGETS = 16;

/** The group of a kind that policies can be attached to; undefined for other kinds. */
export function policyTargetGroup(kind: string): string | undefined {
  return Object.hasOwn(POLICY_TARGET_GROUPS, kind) ? POLICY_TARGET_GROUPS[kind as PolicyTargetKind] : undefined;
}

/** Annotation of an AuthorizationPolicy that is only evaluated as a shadow. */
export const DRY_RUN_ANNOTATION = 'istio.io/dry-run';
