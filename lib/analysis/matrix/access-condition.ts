import { compareTexts } from '../../base/compare-texts';
import { visibleText } from '../../base/visible-text';
import { withoutSecretTexts } from '../../model/secrets/secret-texts';
import { type Decision, decisionsOf, type Reason } from '../access/decision';
import { describeReason } from '../access/explain';
import { asCompiled } from '../policy/compiled-rule';
import type { AccessCondition, AccessRequirements } from './condition';
import { ruleConditions } from './rule-conditions';

/** The conditions of a decision about a request that was only partly stated; empty if it is always or never allowed. */
export function accessConditions(decision: Decision): readonly AccessCondition[] {
  const { reason, verdict } = decision;
  if (verdict !== 'depends') return [];
  let conditions = ofReason.get(reason);
  if (conditions === undefined) {
    conditions = conditionsFor(decision);
    ofReason.set(reason, conditions);
  }
  return conditions;
}

/** Whoever has the same policies before them shares the reason, and so the conditions. */
const ofReason = new WeakMap<Reason, readonly AccessCondition[]>();

function conditionsFor(decision: Decision): readonly AccessCondition[] {
  const { reason } = decision;
  if (reason.kind === 'undetermined')
    return unique(reason.rules.flatMap((rule) => ruleConditions(asCompiled(rule), decision.request.facts)));
  if (reason.kind === 'through-gateway') return unique(reason.ways.flatMap(decisionsOf).flatMap(accessConditions));
  if (reason.kind === 'differs') return unique(reason.cases.flatMap((one) => caseConditions(one, reason)));
  return [{ effect: 'ask', requires: [], about: { kind: 'outcome', reason: describeReason(reason) } }];
}

function caseConditions(one: Decision, { kind }: Reason): readonly AccessCondition[] {
  if (one.verdict === 'depends') return accessConditions(one);
  const { destination, chain } = one.request;
  return one.verdict === 'allowed' && kind === 'differs'
    ? [
        {
          effect: 'if',
          requires: [],
          about: { kind: 'destination', workload: destination.workload.ref, chain },
        },
      ]
    : [];
}

/** The most combinations a condition is taken apart into; one with more stays whole. */
const MOST_ATOMS = 1000;

/**
 * The condition split into one for each combination of values, so that two sets of conditions can be compared however
 * their rules are split: `GET, HEAD /a` becomes `if GET /a` and `if HEAD /a`.
 */
export function conditionAtoms(condition: AccessCondition): readonly AccessCondition[] {
  const { requires } = condition;
  const combinations = requires.reduce((count, { negated, values }) => (negated ? count : count * values.length), 1);
  if (combinations > MOST_ATOMS || requires.length === 0) return [condition];
  const atoms = requires.reduce<readonly AccessRequirements[]>(
    (lists, one) =>
      one.negated
        ? lists.map((list) => [...list, { ...one, values: [...one.values].sort() }])
        : one.values.flatMap((value) => lists.map((list) => [...list, { ...one, values: [value] }])),
    [[]],
  );
  return unique(atoms.map((atom) => ({ ...condition, requires: atom })));
}

const keys = new WeakMap<AccessCondition, string>();

/** A text that identifies the condition. */
export function conditionKey(condition: AccessCondition): string {
  let key = keys.get(condition);
  if (key === undefined) {
    const { effect, requires, oneOf, about } = condition;
    key = JSON.stringify([
      effect,
      requires.map(({ field, negated, values }) => [field, negated, values]),
      oneOf,
      about,
    ]);
    keys.set(condition, key);
  }
  return key;
}

const texts = new WeakMap<AccessCondition, string>();

/** A condition as text for people, without its effect: `GET, HEAD /catalogue*, /tags`. */
export function describeCondition(condition: AccessCondition): string {
  let text = texts.get(condition);
  if (text === undefined) {
    text = visibleText(withoutSecretTexts(describe(condition)));
    texts.set(condition, text);
  }
  return text;
}

/** Methods and paths first, as requests are written; the field is named for everything else. */
function describe({ requires, oneOf, about }: AccessCondition): string {
  if (about?.kind === 'destination') return `it reaches ${about.workload} as ${about.chain.toUpperCase()}`;
  if (about?.kind === 'outcome') return about.reason;
  const plain = (field: string) => requires.find((one) => one.field === field && !one.negated)?.values.join(', ');
  const line = [plain('methods'), plain('paths')].filter((text) => text !== undefined).join(' ');
  const others = requires.filter(({ field, negated }) => negated || (field !== 'methods' && field !== 'paths'));
  const named = others.map(({ field, negated, values }) => `${field} ${negated ? 'not ' : ''}${values.join(', ')}`);
  const many = oneOf?.map((list) => `one of ${list.length} alternatives, such as ${alternative(list[0])}`) ?? [];
  return [line, ...named, ...many].filter((text) => text !== '').join('; ');
}

function alternative(requires: AccessRequirements | undefined): string {
  return requires === undefined ? '' : describe({ effect: 'if', requires });
}

function unique(conditions: readonly AccessCondition[]): readonly AccessCondition[] {
  if (conditions.length < 2) return conditions;
  const byKey = new Map(conditions.map((condition) => [conditionKey(condition), condition]));
  return [...byKey.values()].sort(
    (a, b) => compareTexts(a.effect, b.effect) || compareTexts(describeCondition(a), describeCondition(b)),
  );
}
