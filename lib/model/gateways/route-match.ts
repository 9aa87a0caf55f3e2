import { field, isObject, type JsonValue, listAt, objectAt, scalarText, textAt } from '../../base/json';

/** What of a request routes look at here; undefined for what is not stated. */
export interface RoutedRequest {
  readonly method: string | undefined;
  /** Without the query. */
  readonly path: string | undefined;
}

/** Whether a rule of a route may take a request: only what its path or method rules out for sure is left out. */
export function mayTake(rule: JsonValue, request: RoutedRequest): boolean {
  const matches = matchesOf(rule);
  return matches.length === 0 || matches.some((match) => mayMatch(match, request));
}

/** What of a match is read here, or was looked at before. */
const READ: ReadonlySet<string> = new Set(['name', 'gateways', 'uri', 'path', 'method', 'ignoreUriCase', 'port']);

/** What a request that fits it is taken by for sure; the prefix is for statistics. */
const SURE: ReadonlySet<string> = new Set([...READ, 'statPrefix']);

/** Whether a rule takes a request whatever else is in it. */
export function takesSurely(rule: JsonValue, request: RoutedRequest): boolean {
  const matches = matchesOf(rule);
  return matches.length === 0 || matches.some((match) => matchesSurely(match, request));
}

function matchesSurely(match: JsonValue, { method, path }: RoutedRequest): boolean {
  const isSure = (test: Test | undefined, text: string | undefined, ignoresCase: boolean) =>
    test === undefined ||
    ('prefix' in test && test.prefix === '/') ||
    (text !== undefined && !('other' in test) && fits(test, text, ignoresCase));
  return (
    isObject(match) &&
    Object.keys(match).every((key) => SURE.has(key)) &&
    isSure(methodOf(match), method, false) &&
    isSure(pathOf(match), path, field(match, 'ignoreUriCase') === true)
  );
}

/** Whether a rule takes every request for its host: such rules come last (istio/istio pilot/pkg/networking/core/route/route.go `IsCatchAllRoute`). */
export function takesAll(rule: JsonValue): boolean {
  return takesSurely(rule, { method: undefined, path: undefined });
}

/** How the Gateway API ranks a match by its path: one path before beginnings of paths, and those before patterns. */
export function rankOfPath(match: JsonValue, isForGrpc: boolean): number {
  const path = pathOf(match);
  // Without a path the API server writes the beginning "/"; a match for gRPC stays without.
  if (path === undefined) return isForGrpc ? -1 : 2;
  return 'exact' in path ? 3 : 'prefix' in path ? 2 : 1;
}

/** How long the path of a match of the Gateway API is. */
export function lengthOfPath(match: JsonValue): number {
  const path = pathOf(match);
  if (path === undefined) return 1;
  if ('exact' in path) return path.exact.length;
  return 'prefix' in path ? path.prefix.replace(/(?<=.)\/$/, '').length : path.other.length;
}

/** What a rule takes only, one text for each alternative, such as `GET /api*`; empty if it takes everything. */
export function takenBy(rule: JsonValue): readonly string[] {
  const texts = matchesOf(rule).map(describe);
  return texts.includes('') ? [] : texts;
}

/** How the name of a header begins that stands for a claim (istio/istio pilot/pkg/networking/core/route/route.go). */
const CLAIM = '@request.auth.claims';

/** Whether a rule of a VirtualService decides by claims of a verified token. */
export function looksAtClaims(rule: JsonValue): boolean {
  return listAt(rule, 'match').some((match) =>
    ['headers', 'withoutHeaders'].some((part) =>
      Object.keys(objectAt(match, part)).some((name) => name.startsWith(CLAIM)),
    ),
  );
}

/** Both APIs have alternatives; a VirtualService calls the list `match`, the Gateway API `matches`. */
export function matchesOf(rule: JsonValue): readonly JsonValue[] {
  const own = listAt(rule, 'match');
  return own.length > 0 ? own : listAt(rule, 'matches');
}

function mayMatch(match: JsonValue, { method, path }: RoutedRequest): boolean {
  return fits(methodOf(match), method, false) && fits(pathOf(match), path, field(match, 'ignoreUriCase') === true);
}

/** A test of a text: the whole of it, its beginning, or something that is not read here. */
type Test =
  | { readonly exact: string }
  | { readonly prefix: string; readonly isPath: boolean }
  | { readonly other: string };

function fits(test: Test | undefined, text: string | undefined, ignoresCase: boolean): boolean {
  if (test === undefined || text === undefined || 'other' in test) return true;
  const fold = (some: string) => (ignoresCase ? some.toLowerCase() : some);
  if ('exact' in test) return fold(text) === fold(test.exact);
  if (!test.isPath) return fold(text).startsWith(fold(test.prefix));
  // The Gateway API compares whole segments: /api is for /api and /api/x, not for /apis.
  const prefix = test.prefix.replace(/\/+$/, '');
  return text === prefix || text.startsWith(`${prefix}/`);
}

function pathOf(match: JsonValue): Test | undefined {
  const uri = field(match, 'uri');
  // The one pattern that istiod knows to take everything.
  if (isObject(uri)) return textAt(uri, 'regex') === '.*' ? { prefix: '/', isPath: false } : stringMatch(uri);
  const method = field(match, 'method');
  if (isObject(method) && !isStringMatch(method)) return grpcPath(method);
  const path = field(match, 'path');
  if (!isObject(path)) return undefined;
  const value = textAt(path, 'value') ?? '/';
  const type = textAt(path, 'type') ?? 'PathPrefix';
  if (type === 'Exact') return { exact: value };
  if (type !== 'PathPrefix') return { other: value };
  return value === '/' ? undefined : { prefix: value, isPath: true };
}

/** The path of a gRPC method (istio/istio pilot/pkg/config/kube/gateway/conversion.go `createGRPCURIMatch`). */
function grpcPath(match: JsonValue): Test {
  const [service, method] = [textAt(match, 'service'), textAt(match, 'method')];
  const isExact = (textAt(match, 'type') ?? 'Exact') === 'Exact';
  if (!isExact || service === undefined) return { other: `/${service ?? '[^/]+'}/${method ?? '.+'}` };
  return method === undefined ? { prefix: `/${service}/`, isPath: false } : { exact: `/${service}/${method}` };
}

function methodOf(match: JsonValue): Test | undefined {
  const method = field(match, 'method');
  // For a GRPCRoute it is the name of a gRPC method, which is a path.
  if (isObject(method)) return isStringMatch(method) ? stringMatch(method) : undefined;
  const name = scalarText(method);
  return name === undefined ? undefined : { exact: name };
}

function isStringMatch(match: JsonValue): boolean {
  return ['exact', 'prefix', 'regex'].some((key) => field(match, key) !== undefined);
}

function stringMatch(match: JsonValue): Test {
  const exact = textAt(match, 'exact');
  if (exact !== undefined) return { exact };
  const prefix = textAt(match, 'prefix');
  return prefix === undefined ? { other: textAt(match, 'regex') ?? '' } : { prefix, isPath: false };
}

function describe(match: JsonValue): string {
  const [method, path] = [methodOf(match), pathOf(match)].map(textOf);
  const others = isObject(match) ? Object.keys(match).filter((key) => !READ.has(key)) : [];
  const port = scalarText(field(match, 'port'));
  return [method, path, ...(port === undefined ? [] : [`at port ${port}`]), ...others.map((key) => `certain ${key}`)]
    .filter((text) => text !== undefined && text !== '')
    .join(' ');
}

function textOf(test: Test | undefined): string | undefined {
  if (test === undefined) return undefined;
  if ('other' in test) return 'a pattern';
  return 'exact' in test ? test.exact : `${test.prefix}*`;
}
