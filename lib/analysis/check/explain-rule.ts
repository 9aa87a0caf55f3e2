import { InvalidInputError } from '../../base/invalid-input-error';
import { nearName } from '../../base/near-names';
import type { Severity } from './finding';
import { type Certainty, type CheckRule, renderInGeneral } from './rule';
import { findRule, RULES } from './rules/all-rules';

/** What is said of rules that are not always sure. */
const SURE_WITH: Readonly<Record<Certainty, string>> = {
  'all objects': 'A warning without --complete: the missing object may be elsewhere.\n',
  'one cluster': 'A warning if some files are alternatives to others, unless --complete is given.\n',
};

/** A rule in a list. */
export interface RuleSummary {
  /** Name of the rule, as in findings and suppressions. */
  readonly id: string;
  /** Severity of its findings. */
  readonly severity: Severity;
  /** The fault that it finds, in a few words. */
  readonly title: string;
}

/** Every rule, in the order of the documentation. */
export function listRules(): readonly RuleSummary[] {
  return RULES.map(({ id, severity, title }) => ({ id, severity, title }));
}

/**
 * The page of one rule, as plain text.
 *
 * @throws InvalidInputError if there is no rule of this id or other name; the error names a similar one
 */
export function explainRule(id: string): string {
  const rule = knownRule('explainRule', id);
  const aliases = rule.aliases ? `also: ${rule.aliases.join(', ')}\n` : '';
  const complete = rule.needsComplete
    ? 'Only with --complete.\n'
    : rule.sureWith === undefined
      ? ''
      : SURE_WITH[rule.sureWith];
  return `${rule.id} (${rule.severity})
${aliases}
${rule.title}.
${complete}
${rule.why}

Fix: ${renderInGeneral(rule.fix)}.
Source: ${rule.source}

Wrong:

${indented(rule.wrong)}
Right:

${indented(rule.right)}`;
}

/**
 * The rule of this id or other name.
 *
 * @internal
 */
export function knownRule(where: string, id: string): CheckRule {
  const rule = findRule(id);
  if (rule) return rule;
  const near = nearName(
    id,
    RULES.map((one) => one.id),
  );
  throw new InvalidInputError({
    where,
    problem: 'there is no such rule',
    value: id,
    allowed: 'an id that "teleport-istio explain --list" prints',
    ...(near === undefined ? {} : { fix: `write "${near}"` }),
  });
}

function indented(text: string): string {
  return text.replaceAll('\0', '\\0').replace(/^(?=.)/gm, '    ');
}
