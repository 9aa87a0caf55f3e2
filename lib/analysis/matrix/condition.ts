import type { FilterChain } from '../policy/evaluated-policy';

/** A field of a rule that a request must (or must not) fit. */
export interface AccessRequirement {
  /** Field of the rule as in the policy, without the not-form: `paths`, `request.headers[x-user]`. */
  readonly field: string;
  /** Whether the values are excluded instead of required. */
  readonly negated: boolean;
  /** Values of the field, as in the policy. */
  readonly values: readonly string[];
}

/** What must all hold. */
export type AccessRequirements = readonly AccessRequirement[];

/** What has to be so for a request of a pair to get through, where that is not always or never. */
export interface AccessCondition {
  /** `if` it must hold (one of several is enough), `unless` it must not, `ask` an authorizer outside the mesh decides. */
  readonly effect: 'if' | 'unless' | 'ask';
  /** What must all hold; empty if the condition is about something other than fields. */
  readonly requires: AccessRequirements;
  /** Sources and operations of a rule with too many to be combined: one of each list must hold besides. */
  readonly oneOf?: readonly (readonly AccessRequirements[])[];
  /** What the condition is about instead of fields. */
  readonly about?:
    | { readonly kind: 'destination'; readonly workload: string; readonly chain: FilterChain }
    | { readonly kind: 'outcome'; readonly reason: string };
}
