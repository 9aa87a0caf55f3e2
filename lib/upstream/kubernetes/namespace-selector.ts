import { type LabelSelector, selectorMatches } from './label-selector';
import { NAMESPACE_NAME_LABEL } from './names';

/**
 * Whether a selector selects a namespace; undefined if that depends on labels that nobody knows. The API server gives every namespace the
 * label with its name.
 *
 * @param labels of the namespace; undefined if they are not known
 */
export function selectsNamespace(
  selector: LabelSelector,
  name: string,
  labels: Readonly<Record<string, string>> | undefined,
): boolean | undefined {
  const known = { ...labels, [NAMESPACE_NAME_LABEL]: name };
  if (labels !== undefined) return selectorMatches(selector, known);
  const ofName = selector.filter(({ key }) => key === NAMESPACE_NAME_LABEL);
  if (!selectorMatches(ofName, known)) return false;
  return ofName.length === selector.length ? true : undefined;
}
