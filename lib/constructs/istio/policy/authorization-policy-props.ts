import type { AuthorizationPolicySpecRules } from '../../../../imports/istio-security.istio.io';
import type { Target } from '../../../upstream/releases/target';
import type { AllowPolicyRule, AuditPolicyRule, CustomPolicyRule, DenyPolicyRule, RuleSpec } from './policy-rule';
import type { PolicyScope, PolicyScopeSpec } from './policy-scope';

/** Properties of every AuthorizationPolicy. */
export interface AuthorizationPolicyCommonProps {
  /** Object name. */
  readonly name: string;
  /** The workloads that the policy protects. */
  readonly scope: PolicyScope;
  /**
   * Rules in Istio's format, appended after the typed ones without checks, for what the types cannot express.
   *
   * @default - no further rules
   */
  readonly rawRules?: readonly AuthorizationPolicySpecRules[];
  /**
   * Releases the policy is for.
   *
   * @default Target.of()
   */
  readonly target?: Target;
}

/** Whether the policy only logs its decision. */
export interface DryRunProps {
  /**
   * Log the decision and do not enforce it. If all ALLOW policies of a workload are dry runs, everything is allowed.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/** Allows what a rule matches, and thereby denies everything in the scope that no ALLOW rule matches. */
export interface AllowPolicyProps extends AuthorizationPolicyCommonProps, DryRunProps {
  /** Allows what the rules match. */
  readonly action: 'ALLOW';
  /**
   * `nothing` denies everything in the scope that no other ALLOW policy allows (`spec: {}`): the default deny of a
   * zero-trust mesh. `everything` allows all callers, including plaintext callers; DENY policies still apply.
   */
  readonly rules: readonly AllowPolicyRule[] | 'nothing' | 'everything';
}

/** Denies what a rule matches, regardless of ALLOW policies. */
export interface DenyPolicyProps extends AuthorizationPolicyCommonProps, DryRunProps {
  /** Denies what the rules match, regardless of ALLOW policies. */
  readonly action: 'DENY';
  /** `everything` denies all callers, regardless of ALLOW policies. */
  readonly rules: readonly DenyPolicyRule[] | 'everything';
}

/** Logs what a rule matches. */
export interface AuditPolicyProps extends AuthorizationPolicyCommonProps {
  /** Logs what the rules match. */
  readonly action: 'AUDIT';
  /** Which requests are logged: those that one of the rules matches. */
  readonly rules: readonly AuditPolicyRule[];
}

/** Asks an external authorizer about what a rule matches, before any DENY or ALLOW. */
export interface CustomPolicyProps extends AuthorizationPolicyCommonProps {
  /** Asks an external authorizer about what the rules match, before any other policy. */
  readonly action: 'CUSTOM';
  /** Name of the authorizer in `meshConfig.extensionProviders`; if the name is unknown, the requests are denied. */
  readonly provider: string;
  /** Which requests the authorizer decides: those that one of the rules matches. */
  readonly rules: readonly CustomPolicyRule[];
}

/** Which callers may do what; each action has its own kind of rules. */
export type AuthorizationPolicyProps = AllowPolicyProps | DenyPolicyProps | AuditPolicyProps | CustomPolicyProps;

/** Spec of an AuthorizationPolicy in Istio's format. */
export interface AuthorizationPolicySpec extends PolicyScopeSpec {
  /** What happens to requests that a rule matches; Istio's default is ALLOW. */
  readonly action?: AuthorizationPolicyProps['action'];
  /** The external authorizer of a CUSTOM policy. */
  readonly provider?: { readonly name: string };
  /** Any of these; a policy without rules matches nothing. */
  readonly rules?: readonly (RuleSpec | AuthorizationPolicySpecRules)[];
}
