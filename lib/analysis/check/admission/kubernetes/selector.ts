import { isVariable } from '../../../../base/is-variable';
import { field, type JsonValue, listAt, textAt } from '../../../../base/json';
import { each, type Problem, problemAt } from '../problem';
import { labelMapProblems } from './metadata';

/** What the API server refuses in a LabelSelector (kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go `ValidateLabelSelector`). */
export function selectorProblems(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  const selector = field(parent, key);
  return [
    ...labelMapProblems(selector, `${at}/${key}`, 'matchLabels'),
    ...each(selector, `${at}/${key}`, 'matchExpressions', (one, place) => problemAt(place, operatorProblem(one))),
  ];
}

/** What is wrong with the values of a condition, given its operator; the schema sees operators that do not exist. */
export function operatorProblem(requirement: JsonValue): string | undefined {
  const operator = textAt(requirement, 'operator') ?? '';
  const values = field(requirement, 'values');
  if (typeof values === 'string' && isVariable(values)) return undefined;
  const count = listAt(requirement, 'values').length;
  if (operator === 'In' || operator === 'NotIn') {
    return count === 0 ? `the operator ${operator} requires values` : undefined;
  }
  const isBare = operator === 'Exists' || operator === 'DoesNotExist';
  return isBare && count > 0 ? `the operator ${operator} takes no values` : undefined;
}
