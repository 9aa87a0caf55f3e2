import { InvalidInputError } from '../../base/invalid-input-error';
import type { Condition } from '../../upstream/teleport/attribute';
import { checkNames } from './expression';

/**
 * Which workloads may get an identity: those that meet all conditions, or an expression in Teleport's predicate
 * language.
 *
 * There are no deny rules, because Teleport has none for identities.
 */
export type AllowRule =
  | { readonly conditions: readonly Condition[]; readonly expression?: never }
  | { readonly expression: string; readonly conditions?: never };

/** An allow rule as Teleport's resource spells it. */
export type AllowRuleSpec = { readonly conditions: readonly object[] } | { readonly expression: string };

/**
 * Refuses rules that let through whom they should stop.
 *
 * @internal
 * @throws InvalidInputError
 */
export function checkAllowRules(where: string, rules: readonly AllowRule[]): void {
  if (rules.length === 0) {
    throw new InvalidInputError({
      where,
      problem: "without an allow rule, every process that can open the bot's socket gets this identity",
      allowed: 'at least one rule, one of which must match',
      fix: 'state which workloads may get it, such as attributes.workload.unix.uid.eq(1000)',
    });
  }
  for (const rule of rules) checkRule(where, rule);
}

function checkRule(where: string, rule: AllowRule): void {
  if (rule.expression !== undefined) {
    if (rule.expression.trim() === '' || rule.conditions !== undefined) {
      throw new InvalidInputError({
        where,
        problem: 'the allow rule has no expression, or also has conditions',
        value: rule,
        allowed: 'either an expression or conditions',
      });
    }
    checkNames(where, rule.expression);
    return;
  }
  if (!rule.conditions.some((condition) => condition.needsAttribute)) {
    throw new InvalidInputError({
      where,
      problem:
        'workloads without attestation meet all conditions of an allow rule: an unset attribute counts as "", 0 or false',
      value: rule.conditions.map(({ attribute, operator, values }) => `${attribute} ${operator} ${values.join(', ')}`),
      allowed: 'at least one condition that an unset attribute does not meet',
      fix: 'add attributes.workload.kubernetes.attested.eq(true), or .unix',
    });
  }
}

/**
 * The rules as Teleport takes them. Expressions come last: an error in one, such as an attribute that is not there, ends
 * the evaluation, and later rules are not tried (gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go).
 *
 * @internal
 */
export function toAllowRuleSpecs(rules: readonly AllowRule[]): readonly AllowRuleSpec[] {
  const conditions = rules.flatMap((rule) =>
    rule.conditions === undefined ? [] : [{ conditions: rule.conditions.map(toConditionSpec) }],
  );
  const expressions = rules.flatMap(({ expression }) => (expression === undefined ? [] : [{ expression }]));
  return [...conditions, ...expressions];
}

function toConditionSpec({ attribute, operator, values }: Condition): object {
  const isList = operator === 'in' || operator === 'not_in';
  return { attribute, [operator]: isList ? { values } : { value: values[0] } };
}
