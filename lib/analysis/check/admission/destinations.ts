import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonValue, listAt, numberAt, scalarTextsAt } from '../../../base/json';
import { isIstioHost, isIstioName } from '../../../upstream/istio/admission/admitted-names';
import { headerOperationProblems } from './header-operations';
import {
  absentAt,
  each,
  emptyAt,
  hostPatternProblem,
  isGiven,
  NO_PROBLEMS,
  nameProblem,
  negativeProblems,
  oneText,
  type Problem,
  portProblems,
  problemAt,
} from './problem';

/** What Istio refuses in a destination (istio/istio pkg/config/validation/validation.go `validateDestination`). */
export function destinationProblems(destination: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(destination)) return NO_PROBLEMS;
  const { port } = destination;
  return [
    ...emptyAt(destination, at, 'host', 'a destination has no host'),
    ...oneText(destination, at, 'host', (name) =>
      name === '*' ? 'a destination has the host "*"' : hostPatternProblem(name),
    ),
    ...oneText(destination, at, 'subset', nameProblem),
    ...(isObject(port) && !isGiven(port, 'number') ? absentAt(`${at}/port`, 'the port has no number') : NO_PROBLEMS),
    ...portProblems(port, `${at}/port`, 'number'),
  ];
}

/** What Istio refuses in the destinations of a rule and their weights. */
export function routeDestinationProblems(rule: JsonValue, at: string, isHttp: boolean): readonly Problem[] {
  const all = listAt(rule, 'route');
  const weights = all.map((one) => numberAt(one, 'weight') ?? (isGiven(one, 'weight') ? 1 : 0));
  const isNobody = all.length > 1 && weights.every((weight) => weight === 0);
  return [
    ...each(rule, at, 'route', (one, place) => [
      ...destinationProblems(field(one, 'destination'), `${place}/destination`),
      ...negativeProblems(one, place, 'weight'),
      ...(isHttp ? headerOperationProblems(one, place) : NO_PROBLEMS),
    ]),
    ...(isNobody ? absentAt(`${at}/route`, 'several destinations have no weight') : NO_PROBLEMS),
  ];
}

/** What Istio refuses in the names of gateways; it looks no further than the first one without a namespace. */
export function gatewayNameProblems(parent: JsonValue | undefined, at: string): readonly Problem[] {
  const names = scalarTextsAt(parent, 'gateways');
  const last = names.findIndex((name) => !name.includes('/'));
  return names.slice(0, last < 0 ? names.length : last + 1).flatMap((name, index) => {
    if (isVariable(name)) return NO_PROBLEMS;
    const slash = name.indexOf('/');
    const isRight =
      slash < 0 ? isIstioHost(name) : isIstioName(name.slice(0, slash)) && isIstioName(name.slice(slash + 1));
    return problemAt(
      `${at}/gateways/${index}`,
      isRight ? undefined : `"${name}" is not the name of a Gateway, <namespace>/<name>`,
    );
  });
}
