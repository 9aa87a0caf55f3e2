import { all, type CompiledCondition } from '../policy/compiled-condition';
import type { CompiledRule } from '../policy/compiled-rule';
import type { Facts } from '../policy/facts';
import { MAYBE, NO } from '../policy/truth';
import type { AccessCondition, AccessRequirements } from './condition';

/**
 * The most conditions that one rule expands to. Each source combines with each operation, so a rule with thousands of
 * both would become millions; it stays one condition with two lists.
 */
export const MOST_CONDITIONS = 100;

/** A list of conditions for each set of alternatives that is open; the same one for all pairs it is the same for. */
const known = new WeakMap<CompiledRule, Map<string, readonly AccessCondition[]>>();

/** The conditions for a rule to match: one for each combination of its alternatives. */
export function ruleConditions(rule: CompiledRule, facts: Facts): readonly AccessCondition[] {
  const [from, to, when] = [alternatives(rule.from, facts), alternatives(rule.to, facts), open(rule.when, facts)];
  const key = [...from.map(({ key }) => key), '|', ...to.map(({ key }) => key), '|', when.key].join(' ');
  const ofRule = known.get(rule) ?? new Map<string, readonly AccessCondition[]>();
  known.set(rule, ofRule);
  let conditions = ofRule.get(key);
  if (conditions === undefined) {
    conditions = combine(rule, from, to, when);
    ofRule.set(key, conditions);
  }
  return conditions;
}

/** The conditions of an alternative that are still open, and a text that tells them from others of the rule. */
interface Open {
  readonly key: string;
  readonly conditions: readonly CompiledCondition[];
}

function combine(
  rule: CompiledRule,
  from: readonly Open[],
  to: readonly Open[],
  when: Open,
): readonly AccessCondition[] {
  const effect = rule.action === 'ALLOW' ? 'if' : rule.action === 'DENY' ? 'unless' : 'ask';
  if (from.length * to.length > MOST_CONDITIONS) {
    const oneOf = [from, to].filter((list) => list.length > 1).map((list) => list.map(toRequirements));
    const single = [from, to].flatMap((list) => (list.length === 1 ? list : []));
    return [{ effect, requires: [...single, when].flatMap(toRequirements), oneOf }];
  }
  return from.flatMap((source) =>
    to.map((operation) => ({ effect, requires: [source, operation, when].flatMap(toRequirements) })),
  );
}

function toRequirements({ conditions }: Open): AccessRequirements {
  return conditions.map(({ field, negated, values }) => ({ field, negated, values }));
}

/** What is still open in each alternative that may match; one that surely matches makes the others superfluous. */
function alternatives(groups: readonly (readonly CompiledCondition[])[], facts: Facts): readonly Open[] {
  const possible: Open[] = [];
  for (const [index, group] of groups.entries()) {
    if (all(group, facts) === NO) continue;
    const { conditions, key } = open(group, facts);
    if (conditions.length === 0) return NOTHING_OPEN;
    possible.push({ conditions, key: `${index}:${key}` });
  }
  return possible.length === 0 ? NOTHING_OPEN : possible;
}

const NOTHING_OPEN: readonly Open[] = [{ key: '', conditions: [] }];

function open(conditions: readonly CompiledCondition[], facts: Facts): Open {
  const left: CompiledCondition[] = [];
  let key = '';
  for (const [index, condition] of conditions.entries()) {
    if (condition.test(facts) !== MAYBE) continue;
    left.push(condition);
    key += `${index},`;
  }
  return { key, conditions: left };
}
