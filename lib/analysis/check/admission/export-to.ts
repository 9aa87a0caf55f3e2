import { isVariable } from '../../../base/is-variable';
import { type JsonValue, scalarTextsAt } from '../../../base/json';
import { EXPORT_WORDS, isIstioName } from '../../../upstream/istio/admission/admitted-names';
import { NO_PROBLEMS, type Problem } from './problem';

/** What an `exportTo` belongs to. */
export interface Exported {
  /** Namespace of the object; empty if it is unknown. */
  readonly namespace: string;
  /** Whether `~` (no namespace) is one of the values. */
  readonly mayBeHidden: boolean;
  /** Whether the object selects pods, so that it cannot be exported from its namespace. */
  readonly isForPods: boolean;
}

/** What Istio refuses in the namespaces that an object is exported to (istio/istio pkg/config/validation/validation.go `validateExportTo`). */
export function exportToProblems(spec: JsonValue, of: Exported): readonly Problem[] {
  const entries = scalarTextsAt(spec, 'exportTo');
  if (entries.length === 0 || entries.some(isVariable)) return NO_PROBLEMS;
  const { own, all, nobody } = EXPORT_WORDS;
  const found: Problem[] = [];
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    const at = `/spec/exportTo/${index}`;
    const name = entry === own && of.namespace !== '' ? of.namespace : entry;
    if (seen.has(name)) found.push({ at, problem: `"${entry}" is listed twice` });
    else if (entry === nobody && !of.mayBeHidden)
      found.push({ at, problem: `"${nobody}" is allowed only in ServiceEntries` });
    else if (!([own, all, nobody] as readonly string[]).includes(entry) && !isIstioName(entry)) {
      found.push({ at, problem: `"${entry}" is not a namespace, "${own}" or "${all}"` });
    }
    seen.add(name);
  });
  const alone = [all, nobody].find((word) => seen.has(word));
  if (alone !== undefined && entries.length > 1) {
    found.push({ at: '/spec/exportTo', problem: `"${alone}" is combined with other values` });
  }
  const leaves = of.isForPods && !(seen.size === 1 && (seen.has(of.namespace) || seen.has(own)));
  if (leaves)
    found.push({ at: '/spec/exportTo', problem: 'with a workloadSelector, only its own namespace can be exported to' });
  return found;
}
