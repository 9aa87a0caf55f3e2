import { InvalidInputError } from '../../base/invalid-input-error';
import { knownRule } from './explain-rule';
import type { CheckRule } from './rule';
import { RULES } from './rules/all-rules';

/**
 * The rules to apply.
 *
 * @throws InvalidInputError if one is named that does not exist, or none is left
 */
export function chooseRules(
  where: string,
  { rules, skip = [] }: { readonly rules?: readonly string[]; readonly skip?: readonly string[] },
): readonly CheckRule[] {
  const only = rules?.map((id) => knownRule(where, id));
  const skipped = new Set(skip.map((id) => knownRule(where, id)));
  const chosen = (only ?? RULES).filter((rule) => !skipped.has(rule));
  if (chosen.length > 0) return chosen;
  throw new InvalidInputError({
    where,
    problem: 'no rule is left to apply',
    value: { rules, skip },
    allowed: 'at least one rule that is not skipped',
  });
}
