import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonValue } from '../../../base/json';
import { NO_PROBLEMS, type Problem, problemAt, regexTextProblem } from './problem';

/** What Istio refuses in a match of texts: an empty prefix, and a regular expression that RE2 cannot read. */
export function stringMatchProblems(
  match: JsonValue | undefined,
  at: string,
  takesEmptyPrefix = false,
): readonly Problem[] {
  if (!isObject(match)) return NO_PROBLEMS;
  if (field(match, 'prefix') === '' && !takesEmptyPrefix) return problemAt(`${at}/prefix`, 'the prefix is empty');
  const regex = field(match, 'regex');
  if (regex === '') return problemAt(`${at}/regex`, 'the regular expression is empty');
  if (typeof regex !== 'string' || isVariable(regex)) return NO_PROBLEMS;
  return problemAt(`${at}/regex`, regexTextProblem(regex));
}
