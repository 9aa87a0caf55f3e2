import type { Decision, Reason } from '../access/decision';
import { describeReason } from '../access/explain';
import type { CompiledCondition } from '../policy/compiled-condition';
import { all } from '../policy/compiled-condition';
import type { CompiledRule } from '../policy/compiled-rule';
import type { Facts } from '../policy/facts';
import { MAYBE, NO } from '../policy/truth';

/** A field of a rule that a request must (or must not) fit. */
export interface AccessRequirement {
  /** Field of the rule as in the policy, without the not-form: `paths`, `request.headers[x-user]`. */
  readonly field: string;
  /** Whether none of the values may fit, instead of one of them. */
  readonly negated: boolean;
  /** Values of the field, as in the policy. */
  readonly values: readonly string[];
}

/** What has to be so for a request of a pair to get through, where that is not always or never. */
export interface AccessCondition {
  /** `if` it must hold (one of several is enough), `unless` it must not, `ask` an authorizer outside the mesh decides. */
  readonly effect: 'if' | 'unless' | 'ask';
  /** What must all hold; empty if it is only the authorizer. */
  readonly requires: readonly AccessRequirement[];
  /** For people: `GET, HEAD /catalogue*, /tags`. */
  readonly text: string;
}

/** The conditions of a decision that was made without stating the whole request; empty if it is always or never allowed. */
export function accessConditions(decision: Decision): readonly AccessCondition[] {
  const { reason, verdict } = decision;
  if (verdict !== 'depends') return [];
  if (reason.kind === 'undetermined')
    return unique(reason.rules.flatMap((rule) => ruleConditions(rule, decision.request.facts)));
  if (reason.kind === 'differs') return unique(reason.cases.flatMap((one) => caseConditions(one, reason)));
  return [{ effect: 'ask', requires: [], text: describeReason(reason) }];
}

function caseConditions(one: Decision, { kind }: Reason): readonly AccessCondition[] {
  if (one.verdict === 'depends') return accessConditions(one);
  const where = `${one.request.destination.workload.ref} as ${one.request.chain.toUpperCase()}`;
  return one.verdict === 'allowed' && kind === 'differs'
    ? [{ effect: 'if', requires: [], text: `it reaches ${where}` }]
    : [];
}

/** One condition for each way the rule's alternatives may match together. */
function ruleConditions(rule: CompiledRule, facts: Facts): readonly AccessCondition[] {
  const effect = rule.action === 'ALLOW' ? 'if' : rule.action === 'DENY' ? 'unless' : 'ask';
  const when = open(rule.when, facts);
  return alternatives(rule.from, facts).flatMap((from) =>
    alternatives(rule.to, facts).map((to) => {
      const requires = [...from, ...to, ...when].map(({ field, negated, values }) => ({ field, negated, values }));
      return { effect, requires, text: describe(requires) };
    }),
  );
}

/** What is still open in each alternative that may match; one that surely matches makes the others superfluous. */
function alternatives(
  groups: readonly (readonly CompiledCondition[])[],
  facts: Facts,
): readonly (readonly CompiledCondition[])[] {
  const possible = groups.filter((group) => all(group, facts) !== NO).map((group) => open(group, facts));
  return possible.length === 0 || possible.some((group) => group.length === 0) ? [[]] : possible;
}

function open(conditions: readonly CompiledCondition[], facts: Facts): readonly CompiledCondition[] {
  return conditions.filter((condition) => condition.test(facts) === MAYBE);
}

/** The most combinations a condition is taken apart into; one with more stays whole. */
const MOST_ATOMS = 1000;

/**
 * The condition taken apart into one for each combination of values, so that two sets of conditions can be compared
 * however their rules are split: `GET, HEAD /a` becomes `if GET /a` and `if HEAD /a`.
 */
export function conditionAtoms({ effect, requires, text }: AccessCondition): readonly string[] {
  const combinations = requires.reduce((count, { negated, values }) => (negated ? count : count * values.length), 1);
  if (combinations > MOST_ATOMS || requires.length === 0) return [`${effect} ${text}`];
  const atoms = requires.reduce<readonly (readonly AccessRequirement[])[]>(
    (lists, one) =>
      one.negated
        ? lists.map((list) => [...list, { ...one, values: [...one.values].sort() }])
        : one.values.flatMap((value) => lists.map((list) => [...list, { ...one, values: [value] }])),
    [[]],
  );
  return [...new Set(atoms.map((atom) => `${effect} ${describe(atom)}`))].sort();
}

/** Methods and paths first, as requests are written; the field is named for everything else. */
function describe(requires: readonly AccessRequirement[]): string {
  const plain = (field: string) => requires.find((one) => one.field === field && !one.negated)?.values.join(', ');
  const line = [plain('methods'), plain('paths')].filter((text) => text !== undefined).join(' ');
  const others = requires.filter(({ field, negated }) => negated || (field !== 'methods' && field !== 'paths'));
  const named = others.map(({ field, negated, values }) => `${field} ${negated ? 'not ' : ''}${values.join(', ')}`);
  return [line, ...named].filter((text) => text !== '').join('; ');
}

function unique(conditions: readonly AccessCondition[]): readonly AccessCondition[] {
  const byText = new Map(conditions.map((condition) => [`${condition.effect} ${condition.text}`, condition]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, condition]) => condition);
}
