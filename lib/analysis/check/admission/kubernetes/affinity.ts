import { field, isObject, type JsonValue, listAt, numberAt, textAt } from '../../../../base/json';
import { absentAt, each, emptyAt, NO_PROBLEMS, type Problem, problemAt } from '../problem';
import { operatorProblem, selectorProblems } from './selector';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** The only field of a node that `matchFields` can name. */
const NODE_FIELD = 'metadata.name';

/** What the API server refuses in the affinity of a pod (kubernetes/kubernetes pkg/apis/core/validation/validation.go `validateAffinity`). */
export function affinityProblems(spec: JsonValue, at: string): readonly Problem[] {
  const affinity = field(spec, 'affinity');
  if (!isObject(affinity)) return NO_PROBLEMS;
  const place = `${at}/affinity`;
  return [
    ...nodeAffinityProblems(affinity.nodeAffinity, `${place}/nodeAffinity`),
    ...['podAffinity', 'podAntiAffinity'].flatMap((name) =>
      podAffinityProblems(field(affinity, name), `${place}/${name}`),
    ),
  ];
}

function nodeAffinityProblems(affinity: JsonValue | undefined, at: string): readonly Problem[] {
  const required = field(affinity, REQUIRED);
  return [
    ...emptyAt(required, `${at}/${REQUIRED}`, 'nodeSelectorTerms', 'nodeSelectorTerms is empty'),
    ...each(required, `${at}/${REQUIRED}`, 'nodeSelectorTerms', nodeTermProblems),
    ...each(affinity, at, PREFERRED, (term, place) => [
      ...weightProblems(term, place),
      ...nodeTermProblems(field(term, 'preference') ?? null, `${place}/preference`),
    ]),
  ];
}

function nodeTermProblems(term: JsonValue, at: string): readonly Problem[] {
  return [
    ...each(term, at, 'matchExpressions', (one, place) => problemAt(place, nodeOperatorProblem(one))),
    ...each(term, at, 'matchFields', (one, place) => problemAt(place, nodeFieldProblem(one))),
  ];
}

/** `Gt` and `Lt` are only for nodes. */
function nodeOperatorProblem(requirement: JsonValue): string | undefined {
  const operator = textAt(requirement, 'operator');
  if (operator !== 'Gt' && operator !== 'Lt') return operatorProblem(requirement);
  const count = listAt(requirement, 'values').length;
  return count === 1 ? undefined : `the operator ${operator} requires one value, not ${count}`;
}

function nodeFieldProblem(requirement: JsonValue): string | undefined {
  const key = textAt(requirement, 'key');
  if (key !== undefined && key !== NODE_FIELD) return `matchFields supports ${NODE_FIELD} only, not ${key}`;
  const operator = textAt(requirement, 'operator') ?? '';
  if (operator !== 'In' && operator !== 'NotIn') return 'the operator of matchFields must be In or NotIn';
  const count = listAt(requirement, 'values').length;
  return count === 1 ? undefined : `the operator ${operator} of matchFields requires one value, not ${count}`;
}

function podAffinityProblems(affinity: JsonValue | undefined, at: string): readonly Problem[] {
  return [
    ...each(affinity, at, REQUIRED, podTermProblems),
    ...each(affinity, at, PREFERRED, (term, place) => [
      ...weightProblems(term, place),
      ...podTermProblems(field(term, 'podAffinityTerm') ?? null, `${place}/podAffinityTerm`),
    ]),
  ];
}

function podTermProblems(term: JsonValue, at: string): readonly Problem[] {
  return [
    ...topologyProblems(term, at),
    ...['labelSelector', 'namespaceSelector'].flatMap((key) => selectorProblems(term, at, key)),
  ];
}

/** A topology key that is empty; the schema sees where it is missing. */
export function topologyProblems(term: JsonValue, at: string): readonly Problem[] {
  return textAt(term, 'topologyKey') === '' ? absentAt(at, 'topologyKey is empty') : NO_PROBLEMS;
}

function weightProblems(term: JsonValue, at: string): readonly Problem[] {
  const weight = numberAt(term, 'weight') ?? 1;
  return problemAt(
    `${at}/weight`,
    weight < 1 || weight > 100 ? `weight is ${weight}, but must be from 1 to 100` : undefined,
  );
}
