import type { CheckRule } from '../rule';
import { RULE_SUBJECTS } from '../rule-subject';
import { RULES_BY_FILE } from './rules-by-file';

/** Every rule, by subject. */
export const RULES: readonly CheckRule[] = RULE_SUBJECTS.flatMap((subject) =>
  RULES_BY_FILE.flat().filter((rule) => rule.subject === subject),
);

const byName = new Map(RULES.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])].map((name) => [name, rule])));

/** The rule of this id or other name. */
export function findRule(name: string): CheckRule | undefined {
  return byName.get(name);
}
