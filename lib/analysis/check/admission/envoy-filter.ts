import { isVariable } from '../../../base/is-variable';
import { field, isList, isObject, type JsonObject, type JsonValue, textAt } from '../../../base/json';
import {
  absentAt,
  each,
  isGiven,
  lacking,
  NO_PROBLEMS,
  oneText,
  type Problem,
  problemAt,
  regexTextProblem,
} from './problem';

/** What a match names, by what a patch is applied to. */
const MATCHES: ReadonlyMap<string, string> = new Map([
  ...['LISTENER', 'FILTER_CHAIN', 'NETWORK_FILTER', 'HTTP_FILTER'].map((name) => [name, 'listener'] as const),
  ...['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE'].map((name) => [name, 'routeConfiguration'] as const),
  ['CLUSTER', 'cluster'],
]);

/** Envoy's filter for HTTP, under both of its names. */
const HTTP_MANAGER = /^envoy\.(?:filters\.network\.)?http_connection_manager$/;

/** Types of Envoy's second API, which no supported release reads. */
const OLD_TYPE = /^type\.googleapis\.com\/envoy\..*\.v2(?:alpha\d*)?\./;

/** What Istio refuses in an EnvoyFilter (istio/istio pkg/config/validation/envoyfilter/envoyfilter.go). */
export function envoyFilterProblems(spec: JsonObject): readonly Problem[] {
  return each(spec, '/spec', 'configPatches', (patch, at) =>
    textAt(patch, 'match', 'context') === 'WAYPOINT' ? NO_PROBLEMS : patchProblems(patch, at),
  );
}

function patchProblems(patch: JsonValue, at: string): readonly Problem[] {
  const applyTo = textAt(patch, 'applyTo') ?? '';
  const operation = textAt(patch, 'patch', 'operation') ?? '';
  if (applyTo === '') return absentAt(at, 'a patch has no applyTo');
  if (!isGiven(patch, 'patch')) return absentAt(at, 'an entry has no patch');
  if (operation === '') return absentAt(`${at}/patch`, 'a patch has no operation');
  if (operation !== 'REMOVE' && field(patch, 'patch', 'value') == null) {
    return absentAt(`${at}/patch`, `the operation ${operation} has no value`);
  }
  const type = oldType(field(patch, 'patch', 'value'));
  return [
    ...oneText(field(patch, 'match', 'proxy'), `${at}/match/proxy`, 'proxyVersion', regexTextProblem),
    ...matchProblems(field(patch, 'match'), `${at}/match`, applyTo),
    ...problemAt(
      `${at}/patch/value`,
      type === undefined ? undefined : `the type ${type} is of Envoy's API v2, which was removed; use v3`,
    ),
  ];
}

function matchProblems(match: JsonValue | undefined, at: string, applyTo: string): readonly Problem[] {
  const wanted = MATCHES.get(applyTo);
  const given = ['listener', 'routeConfiguration', 'cluster', 'waypoint'].find((name) => field(match, name) != null);
  if (wanted === undefined || given === undefined) return NO_PROBLEMS;
  if (given !== wanted) return problemAt(`${at}/${given}`, `${applyTo} requires a match by ${wanted}, not by ${given}`);
  const filter = field(match, 'listener', 'filterChain', 'filter');
  if (!isObject(filter)) return NO_PROBLEMS;
  const place = `${at}/listener/filterChain/filter`;
  const name = textAt(filter, 'name') ?? '';
  if (name === '') return absentAt(place, 'a match of a filter has no name');
  if (!isGiven(filter, 'subFilter')) return NO_PROBLEMS;
  if (applyTo !== 'HTTP_FILTER')
    return problemAt(`${place}/subFilter`, `subFilter applies to HTTP_FILTER, not to ${applyTo}`);
  if (!HTTP_MANAGER.test(name) && !isVariable(name)) {
    return problemAt(`${place}/name`, `subFilter belongs to the HTTP connection manager, not to "${name}"`);
  }
  return lacking(filter.subFilter, `${place}/subFilter`, 'name', 'subFilter has no name');
}

/** The first type of Envoy's second API in a patch. */
function oldType(value: JsonValue | undefined): string | undefined {
  if (isList(value)) return value.map(oldType).find((type) => type !== undefined);
  if (!isObject(value)) return undefined;
  const own = textAt(value, '@type') ?? '';
  return OLD_TYPE.test(own) ? own : oldType(Object.values(value));
}
