/** Why a policy that Istio's own admission refuses is worth a finding. */
export const WHY_REFUSED =
  "Istio's webhook refuses the policy; applied before the webhook runs, it is accepted and means something else.";

/** Where Istio's admission reads an AuthorizationPolicy. */
export const POLICY_ADMISSION =
  'istio/istio pkg/config/validation/validation.go (ValidateAuthorizationPolicy), pkg/config/security/security.go';
