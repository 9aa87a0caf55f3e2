import type { Rule } from '../rule';
import { RULE_SUBJECTS } from '../rule-subject';
import { RULES_BY_FILE } from './rules-by-file';

/** Every rule, by subject. */
export const RULES: readonly Rule[] = RULE_SUBJECTS.flatMap((subject) =>
  RULES_BY_FILE.flat().filter((rule) => rule.subject === subject),
);

const byName = new Map(RULES.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])].map((name) => [name, rule])));

/** The rule of this id or other name. */
export function findRule(name: string): Rule | undefined {
  return byName.get(name);
}
