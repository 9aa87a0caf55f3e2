import type { EvaluatedRule } from '../policy/evaluated-policy';

/** A rule for people: `ALLOW shop/carts, rule 1`. Counted from 1, as people do. */
export function ruleName({ action, policy, index }: Pick<EvaluatedRule, 'action' | 'policy' | 'index'>): string {
  return `${action} ${policy.namespace ?? 'default'}/${policy.name}, rule ${index + 1}`;
}
