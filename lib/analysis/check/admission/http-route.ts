import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonValue, listAt, numberAt, objectAt, textAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import {
  isCorsMethod,
  isGrpcStatus,
  isPseudoHeader,
  isRetryCondition,
  LARGEST_BODY,
} from '../../../upstream/istio/admission/http-route-values';
import { destinationProblems, gatewayNameProblems, routeDestinationProblems } from './destinations';
import { authorityProblems, headerOperationProblems } from './header-operations';
import {
  absentAt,
  durationProblems,
  each,
  eachText,
  headerNameProblem,
  isFinerThanSeconds,
  isGiven,
  labelProblems,
  NO_PROBLEMS,
  nameProblem,
  negativeProblems,
  oneText,
  optionalPortProblems,
  type Problem,
  percentProblems,
  problemAt,
  regexTextProblem,
  together,
} from './problem';
import { stringMatchProblems } from './string-match';

/** What cannot stand beside a redirect, and beside a direct response. */
const NOT_WITH_ANSWER = ['route', 'fault', 'rewrite'] as const;

/** What Istio refuses in a rule of `http` (istio/istio pkg/config/validation/virtualservice.go `validateHTTPRoute`). */
export function httpRouteProblems(route: JsonValue, at: string, isDelegate: boolean): readonly Problem[] {
  return [
    ...conflicts(route, at, isDelegate),
    ...each(route, at, 'match', matchProblems),
    ...headerOperationProblems(route, at),
    ...authorityProblems(route, at),
    ...corsProblems(field(route, 'corsPolicy'), `${at}/corsPolicy`),
    ...faultProblems(field(route, 'fault'), `${at}/fault`),
    ...mirrorProblems(route, at),
    ...redirectProblems(route, `${at}/redirect`),
    ...directResponseProblems(field(route, 'directResponse'), `${at}/directResponse`),
    ...retryProblems(field(route, 'retries'), `${at}/retries`),
    ...rewriteProblems(field(route, 'rewrite'), `${at}/rewrite`),
    ...routeDestinationProblems(route, at, true),
    ...durationProblems(route, at, 'timeout'),
  ];
}

function conflicts(route: JsonValue, at: string, isDelegate: boolean): readonly Problem[] {
  if (isGiven(route, 'delegate')) {
    if (isDelegate) return problemAt(`${at}/delegate`, 'a VirtualService without hosts has delegate itself');
    return together(route, at, 'delegate', ['redirect', 'route']);
  }
  const mirrors = together(route, at, 'mirror', ['mirrors']);
  const answer = ['redirect', 'directResponse'].find((name) => isGiven(route, name));
  if (answer !== undefined) {
    const others = answer === 'redirect' ? [...NOT_WITH_ANSWER, 'directResponse'] : NOT_WITH_ANSWER;
    return [...together(route, at, answer, others), ...mirrors];
  }
  if (isGiven(route, 'route') || !isObject(route)) return mirrors;
  return [...absentAt(at, 'a rule has no route, redirect or directResponse'), ...mirrors];
}

function matchProblems(match: JsonValue, at: string): readonly Problem[] {
  return [
    ...['headers', 'withoutHeaders'].flatMap((kind) =>
      Object.entries(objectAt(match, kind)).flatMap(([name, value]) => {
        const place = `${at}${toPointer(kind, name)}`;
        const problem = isVariable(name) || isMatchedHeader(name) ? undefined : headerNameProblem(name);
        if (problem !== undefined) return problemAt(place, problem);
        // An asterisk alone means here that there is such a header.
        if (kind === 'withoutHeaders' && field(value, 'regex') === '*') return NO_PROBLEMS;
        return stringMatchProblems(value, place);
      }),
    ),
    ...Object.entries(objectAt(match, 'queryParams')).flatMap(([name, value]) =>
      stringMatchProblems(value, `${at}${toPointer('queryParams', name)}`),
    ),
    ...['uri', 'scheme', 'method', 'authority'].flatMap((kind) =>
      stringMatchProblems(field(match, kind), `${at}/${kind}`, kind === 'uri'),
    ),
    ...optionalPortProblems(match, at, 'port'),
    ...labelProblems(match, at, 'sourceLabels'),
    ...gatewayNameProblems(match, at),
    ...oneText(match, at, 'sourceNamespace', nameProblem),
  ];
}

/** Whether a match may look at the name: a header, a pseudo header or a claim of a token. */
function isMatchedHeader(name: string): boolean {
  return isPseudoHeader(name) || /^@request\.auth\.claims(?:\..+|\[.+\])$/i.test(name);
}

function corsProblems(policy: JsonValue | undefined, at: string): readonly Problem[] {
  return [
    ...each(policy, at, 'allowOrigins', (origin, place) => {
      const isEmpty = ['exact', 'prefix', 'regex'].every((kind) => (textAt(origin, kind) ?? '') === '');
      return isEmpty ? absentAt(place, 'an allowed origin is empty') : stringMatchProblems(origin, place);
    }),
    ...eachText(policy, at, 'allowMethods', (method) =>
      isCorsMethod(method) ? undefined : `"${method}" is not an HTTP method in upper case`,
    ),
    ...['allowHeaders', 'exposeHeaders'].flatMap((key) => eachText(policy, at, key, headerNameProblem)),
    ...durationProblems(policy, at, 'maxAge'),
    ...oneText(policy, at, 'maxAge', (age) =>
      isFinerThanSeconds(age) ? `"${age}" is more precise than a second` : undefined,
    ),
  ];
}

function faultProblems(fault: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(fault)) return NO_PROBLEMS;
  const { abort, delay } = fault;
  if (abort == null && delay == null) return absentAt(at, 'a fault has neither abort nor delay');
  const status = numberAt(abort, 'httpStatus');
  return [
    ...fractionProblems(abort, `${at}/abort`),
    ...fractionProblems(delay, `${at}/delay`),
    ...(status === undefined ? NO_PROBLEMS : problemAt(`${at}/abort/httpStatus`, statusProblem(status))),
    ...oneText(abort, `${at}/abort`, 'grpcStatus', (name) =>
      isGrpcStatus(name) ? undefined : `"${name}" is not a gRPC status such as NOT_FOUND`,
    ),
    ...(isGiven(abort, 'http2Error')
      ? problemAt(`${at}/abort/http2Error`, 'http2Error is not supported')
      : NO_PROBLEMS),
    ...durationProblems(delay, `${at}/delay`, 'fixedDelay'),
    ...(isGiven(delay, 'exponentialDelay')
      ? problemAt(`${at}/delay/exponentialDelay`, 'exponentialDelay is not supported')
      : NO_PROBLEMS),
  ];
}

/** A percentage that is not 0 and not from 0.0001 to 100. */
function fractionProblems(parent: JsonValue | undefined, at: string): readonly Problem[] {
  const value = numberAt(parent, 'percentage', 'value') ?? 0;
  const isTiny = value > 0 && value < 0.0001;
  if (isTiny) return problemAt(`${at}/percentage/value`, `the percentage ${value} is less than 0.0001`);
  return percentProblems(field(parent, 'percentage'), `${at}/percentage`, 'value');
}

function statusProblem(status: number): string | undefined {
  return status < 200 || status > 600 ? `${status} is not an HTTP status from 200 to 599` : undefined;
}

function mirrorProblems(route: JsonValue, at: string): readonly Problem[] {
  return [
    ...percentProblems(field(route, 'mirrorPercentage'), `${at}/mirrorPercentage`, 'value'),
    ...percentProblems(route, at, 'mirrorPercent'),
    ...destinationProblems(field(route, 'mirror'), `${at}/mirror`),
    ...each(route, at, 'mirrors', (mirror, place) => [
      ...destinationProblems(field(mirror, 'destination'), `${place}/destination`),
      ...percentProblems(field(mirror, 'percentage'), `${place}/percentage`, 'value'),
    ]),
  ];
}

function redirectProblems(route: JsonValue, at: string): readonly Problem[] {
  const redirect = field(route, 'redirect');
  if (!isObject(redirect)) return NO_PROBLEMS;
  const code = numberAt(redirect, 'redirectCode') ?? 0;
  const isPrefix = (match: JsonValue) => field(match, 'uri') == null || field(match, 'uri', 'prefix') !== undefined;
  const says = ['uri', 'prefixRewrite', 'authority', 'scheme', 'port', 'derivePort'].some((key) =>
    isGiven(redirect, key),
  );
  return [
    ...together(redirect, at, 'uri', ['prefixRewrite']),
    ...(isGiven(redirect, 'prefixRewrite') && !listAt(route, 'match').every(isPrefix)
      ? problemAt(`${at}/prefixRewrite`, 'prefixRewrite requires matches by prefix')
      : NO_PROBLEMS),
    ...(says ? NO_PROBLEMS : absentAt(at, 'a redirect has no uri, prefixRewrite, authority, scheme or port')),
    ...problemAt(
      `${at}/redirectCode`,
      code !== 0 && (code < 300 || code > 399) ? `${code} is not a redirect status from 300 to 399` : undefined,
    ),
    ...oneText(redirect, at, 'scheme', (scheme) =>
      /^https?$/.test(scheme) ? undefined : `the scheme "${scheme}" is neither http nor https`,
    ),
    ...optionalPortProblems(redirect, at, 'port'),
  ];
}

function directResponseProblems(response: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(response)) return NO_PROBLEMS;
  const status = numberAt(response, 'status');
  const body = textAt(response, 'body', 'string') ?? '';
  return [
    ...(status === undefined ? NO_PROBLEMS : problemAt(`${at}/status`, statusProblem(status))),
    ...problemAt(`${at}/body`, Buffer.byteLength(body) > LARGEST_BODY ? 'the body is larger than 1 MB' : undefined),
  ];
}

function retryProblems(retries: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(retries)) return NO_PROBLEMS;
  const attempts = numberAt(retries, 'attempts') ?? (isGiven(retries, 'attempts') ? 1 : 0);
  const setting = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'].find((key) => isGiven(retries, key));
  return [
    ...negativeProblems(retries, at, 'attempts'),
    ...(attempts === 0 && setting !== undefined
      ? absentAt(at, `${setting} is set, but attempts is 0, which disables retries`)
      : NO_PROBLEMS),
    ...durationProblems(retries, at, 'perTryTimeout', 'backoff'),
    ...oneText(retries, at, 'retryOn', (words) => {
      const wrong = words.split(',').find((word) => !isRetryCondition(word));
      return wrong === undefined ? undefined : `"${wrong}" in retryOn is not a retry condition`;
    }),
  ];
}

function rewriteProblems(rewrite: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(rewrite)) return NO_PROBLEMS;
  const regex = field(rewrite, 'uriRegexRewrite');
  const says = ['uri', 'uriRegexRewrite', 'authority'].some((key) => isGiven(rewrite, key));
  const isWhole = !isObject(regex) || (isGiven(regex, 'match') && isGiven(regex, 'rewrite'));
  return [
    ...together(rewrite, at, 'uri', ['uriRegexRewrite']),
    ...(says ? NO_PROBLEMS : absentAt(at, 'a rewrite has no uri, uriRegexRewrite or authority')),
    ...(isWhole ? NO_PROBLEMS : absentAt(`${at}/uriRegexRewrite`, 'uriRegexRewrite requires match and rewrite')),
    ...oneText(regex, `${at}/uriRegexRewrite`, 'match', regexTextProblem),
  ];
}
