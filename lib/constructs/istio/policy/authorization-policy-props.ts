import type { AuthorizationPolicySpecRules } from '../../../../imports/istio-security.istio.io';
import type { Target } from '../../../upstream/releases/target';
import type { AllowPolicyRule, AuditPolicyRule, CustomPolicyRule, DenyPolicyRule, RuleSpec } from './policy-rule';
import type { PolicyScope, PolicyScopeSpec } from './policy-scope';

/** What every AuthorizationPolicy says. */
export interface AuthorizationPolicyCommonProps {
  /** Object name. */
  readonly name: string;
  /** Whom the policy protects. */
  readonly scope: PolicyScope;
  /**
   * Rules in Istio's own words, written after the typed ones and unchecked: for what the types cannot say.
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

/** Whether the policy only logs what it would do. */
export interface DryRunProps {
  /**
   * Log the decision and do not enforce it. A workload all of whose ALLOW policies are dry runs is open.
   *
   * @default false
   */
  readonly dryRun?: boolean;
}

/** Allows what a rule matches, and with that denies the scope everything that no ALLOW rule matches. */
export interface AllowPolicyProps extends AuthorizationPolicyCommonProps, DryRunProps {
  /** Lets through what the rules match. */
  readonly action: 'ALLOW';
  /**
   * `nothing` closes the scope to all that no other ALLOW policy opens (`spec: {}`): the deny-by-default of a zero-trust
   * mesh. `everything` opens it to everybody, plain-text callers included; DENY policies still count.
   */
  readonly rules: readonly AllowPolicyRule[] | 'nothing' | 'everything';
}

/** Denies what a rule matches, whatever else allows it. */
export interface DenyPolicyProps extends AuthorizationPolicyCommonProps, DryRunProps {
  /** Refuses what the rules match, whatever ALLOW policies say. */
  readonly action: 'DENY';
  /** `everything` closes the scope to everybody, whatever ALLOW policies say. */
  readonly rules: readonly DenyPolicyRule[] | 'everything';
}

/** Logs what a rule matches. */
export interface AuditPolicyProps extends AuthorizationPolicyCommonProps {
  /** Logs what the rules match. */
  readonly action: 'AUDIT';
  /** What is logged: whatever one of the rules matches. */
  readonly rules: readonly AuditPolicyRule[];
}

/** Asks an external authorizer about what a rule matches, before any DENY or ALLOW. */
export interface CustomPolicyProps extends AuthorizationPolicyCommonProps {
  /** Asks an external authorizer about what the rules match, before any other policy. */
  readonly action: 'CUSTOM';
  /** Name of the authorizer in `meshConfig.extensionProviders`; with an unknown name the requests are denied. */
  readonly provider: string;
  /** What the authorizer is asked about: whatever one of the rules matches. */
  readonly rules: readonly CustomPolicyRule[];
}

/** Who may do what; each action has its own kind of rules. */
export type AuthorizationPolicyProps = AllowPolicyProps | DenyPolicyProps | AuditPolicyProps | CustomPolicyProps;

/** Spec of an AuthorizationPolicy in Istio's words. */
export interface AuthorizationPolicySpec extends PolicyScopeSpec {
  /** What happens to requests that a rule matches; Istio takes ALLOW where there is none. */
  readonly action?: AuthorizationPolicyProps['action'];
  /** The external authorizer of a CUSTOM policy. */
  readonly provider?: { readonly name: string };
  /** Any of these; a policy without rules matches nothing. */
  readonly rules?: readonly (RuleSpec | AuthorizationPolicySpecRules)[];
}
