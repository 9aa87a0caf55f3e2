import type { FilterChain } from '../policy/evaluated-policy';

/** A field of a rule that a request must (or must not) match. */
export interface AccessRequirement {
  /** Field of the rule as in the policy, without its "not" form: `paths`, `request.headers[x-user]`. */
  readonly field: string;
  /** Whether the values are excluded instead of required. */
  readonly negated: boolean;
  /** Values of the field, as in the policy. */
  readonly values: readonly string[];
}

/** What must all hold. */
export type AccessRequirements = readonly AccessRequirement[];

/** A condition for a request of a pair to be allowed, where requests are neither always nor never allowed. */
export interface AccessCondition {
  /** `if`: it must hold (one of several is enough). `unless`: it must not hold. `ask`: an external authorizer decides. */
  readonly effect: 'if' | 'unless' | 'ask';
  /** Requirements that must all hold; empty if the condition does not concern fields. */
  readonly requires: AccessRequirements;
  /** Sources and operations of a rule with too many to combine: one of each list must also hold. */
  readonly oneOf?: readonly (readonly AccessRequirements[])[];
  /** What the condition concerns, if not fields of the request. */
  readonly about?:
    | { readonly kind: 'destination'; readonly workload: string; readonly chain: FilterChain }
    | { readonly kind: 'outcome'; readonly reason: string };
}
