import { type JsonObject, listAt, numberAt, objectAt, scalarTextsAt, textAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import { TOPOLOGY_LABELS } from '../../../upstream/kubernetes/names';
import { isGiven, NO_PROBLEMS, type Problem, problemAt, together } from './problem';

/** The whole of a distribution, in percent. */
const WHOLE = 100;

/** What Istio refuses in the weights of localities (istio/istio pkg/config/validation/agent/validation.go `ValidateLocalityLbSetting`). */
export function localityProblems(setting: JsonObject, at: string): readonly Problem[] {
  const both = together(setting, at, 'distribute', ['failover']);
  if (both.length > 0) return both;
  const topology = scalarTextsAt(setting, 'failoverPriority').findIndex((label) => TOPOLOGY_LABELS.has(label));
  if (topology >= 0 && isGiven(setting, 'failover')) {
    return problemAt(
      `${at}/failoverPriority/${topology}`,
      'failover and a topology label in failoverPriority are both set',
    );
  }
  const spread = listAt(setting, 'distribute').flatMap((one, index) => {
    const place = `${at}/distribute/${index}/to`;
    const to = objectAt(one, 'to');
    const weights = Object.keys(to).map((key) => numberAt(to, key));
    if (weights.some((weight) => weight === undefined)) return NO_PROBLEMS;
    const zero = Object.keys(to).find((key) => numberAt(to, key) === 0);
    if (zero !== undefined) return problemAt(`${place}${toPointer(zero)}`, 'the weight of a locality is 0');
    const sum = weights.reduce<number>((total, weight) => total + (weight ?? 0), 0);
    const names = problemAt(place, localitiesProblem(Object.keys(to)));
    return sum === WHOLE ? names : problemAt(place, `the weights add up to ${sum} instead of ${WHOLE}`);
  });
  const sources = listAt(setting, 'distribute').map((one) => textAt(one, 'from') ?? '');
  const failovers = listAt(setting, 'failover').flatMap((one, index) =>
    problemAt(`${at}/failover/${index}`, failoverProblem(textAt(one, 'from') ?? '', textAt(one, 'to') ?? '')),
  );
  return [...spread, ...problemAt(`${at}/distribute`, localitiesProblem(sources)), ...failovers];
}

function failoverProblem(from: string, to: string): string | undefined {
  if (from === to) return `a region fails over to itself, "${from}"`;
  const wrong = [from, to].find((name) => /[/*]/.test(name));
  return wrong === undefined ? undefined : `"${wrong}" is not a region; failover is between regions`;
}

/** Localities of one list must not overlap, and have a wildcard at most at their end. */
function localitiesProblem(names: readonly string[]): string | undefined {
  const wrong = names.find((name) => /\*.+/.test(name) || name.split('/', 3).includes(''));
  if (wrong !== undefined) return `"${wrong}" is not a locality of the form <region>/<zone>/<subzone>`;
  const covers = (one: string, other: string) => {
    const parts = one.split('/');
    return parts.every((part, index) => part === '*' || part === other.split('/')[index]);
  };
  const second = names.find((name, index) =>
    names.slice(0, index).some((one) => covers(one, name) || covers(name, one)),
  );
  return second === undefined ? undefined : `the locality "${second}" overlaps another`;
}
