import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonObject, type JsonValue, listAt, scalarText, textAt } from '../../../base/json';
import {
  absentAt,
  each,
  isGiven,
  lacking,
  NO_PROBLEMS,
  nameOf,
  oneText,
  type Problem,
  problemAt,
  repeatedProblems,
  together,
} from './problem';

/** Types of filters with the field that says what each does. */
const FILTERS: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
  CORS: 'cors',
  ExternalAuth: 'externalAuth',
};

/** Types of filters that a rule may have several of. */
const REPEATED: ReadonlySet<string> = new Set(['RequestMirror', 'ExtensionRef']);

/** What a path must not hold, besides letters that no path has. */
const PATH_PARTS = ['//', '/./', '/../', '%2f', '%2F', '#'] as const;

/** What the API server refuses in the listeners of a Gateway or ListenerSet (kubernetes-sigs/gateway-api apis/v1/gateway_types.go). */
export function listenersProblems(spec: JsonObject): readonly Problem[] {
  return [
    ...repeatedProblems(spec, '/spec', 'listeners', nameOf, (name) => `two listeners are named "${name}"`, '/name'),
    ...repeatedProblems(
      spec,
      '/spec',
      'listeners',
      (one) => ['port', 'protocol', 'hostname'].map((key) => scalarText(field(one, key)) ?? '').join(' '),
      () => 'two listeners have the same port, protocol and hostname',
    ),
    ...each(spec, '/spec', 'listeners', listenerProblems),
  ];
}

function listenerProblems(listener: JsonValue, at: string): readonly Problem[] {
  const protocol = textAt(listener, 'protocol') ?? '';
  const tls = field(listener, 'tls');
  const mode = textAt(tls, 'mode') ?? 'Terminate';
  const hasKey = isGiven(tls, 'certificateRefs') || isGiven(tls, 'options');
  const isPlain = ['HTTP', 'TCP', 'UDP'].includes(protocol);
  return [
    ...problemAt(`${at}/tls`, isPlain && isObject(tls) ? `tls is combined with protocol ${protocol}` : undefined),
    ...problemAt(
      `${at}/hostname`,
      /^(?:TCP|UDP)$/.test(protocol) && isGiven(listener, 'hostname')
        ? `hostname is combined with protocol ${protocol}`
        : undefined,
    ),
    ...problemAt(
      `${at}/tls/mode`,
      protocol === 'HTTPS' && isObject(tls) && mode !== 'Terminate'
        ? `the mode of HTTPS is ${mode}, not Terminate`
        : undefined,
    ),
    ...(protocol === 'TLS' && !isGiven(tls, 'mode')
      ? absentAt(at, 'a listener with the protocol TLS has no tls.mode')
      : NO_PROBLEMS),
    ...(isObject(tls) && !isPlain && mode === 'Terminate' && !hasKey
      ? absentAt(`${at}/tls`, 'a listener that terminates TLS has no certificateRefs')
      : NO_PROBLEMS),
  ];
}

/** What the API server refuses in the rules of a route (kubernetes-sigs/gateway-api apis/v1/httproute_types.go, grpcroute_types.go). */
export function routeProblems(spec: JsonObject): readonly Problem[] {
  return each(spec, '/spec', 'rules', (rule, at) => [
    ...each(rule, at, 'matches', matchProblems),
    ...filtersProblems(rule, at),
    ...each(rule, at, 'backendRefs', (ref, place) => [...backendProblems(ref, place), ...filtersProblems(ref, place)]),
    ...redirectProblems(rule, at),
  ]);
}

/** What the API server refuses in a reference to what receives requests. */
function backendProblems(ref: JsonValue, at: string): readonly Problem[] {
  const isService = (textAt(ref, 'group') ?? '') === '' && (textAt(ref, 'kind') ?? 'Service') === 'Service';
  return isService && isObject(ref) && !isGiven(ref, 'port')
    ? absentAt(at, 'a reference to a Service has no port')
    : NO_PROBLEMS;
}

function filtersProblems(parent: JsonValue, at: string): readonly Problem[] {
  const types = listAt(parent, 'filters').map((filter) => textAt(filter, 'type') ?? '');
  const both = types.includes('RequestRedirect') && types.includes('URLRewrite');
  return [
    ...problemAt(`${at}/filters`, both ? 'RequestRedirect and URLRewrite are both set' : undefined),
    ...repeatedProblems(
      parent,
      at,
      'filters',
      (filter) => onceOnly(textAt(filter, 'type')),
      (type) => `the filter ${type} is listed twice`,
    ),
    ...each(parent, at, 'filters', (filter, place) => {
      const type = textAt(filter, 'type') ?? '';
      const own = FILTERS[type];
      const other = Object.values(FILTERS).find((key) => key !== own && isGiven(filter, key));
      if (own === undefined) return NO_PROBLEMS;
      return [
        ...lacking(filter, place, own, `a filter of the type ${type} has no ${own}`),
        ...problemAt(
          `${place}/${other}`,
          other === undefined ? undefined : `a filter of the type ${type} has ${other}`,
        ),
        ...['requestHeaderModifier', 'responseHeaderModifier'].flatMap((key) =>
          modifierProblems(field(filter, key), `${place}/${key}`),
        ),
        ...backendProblems(field(filter, 'requestMirror', 'backendRef') ?? null, `${place}/requestMirror/backendRef`),
        ...['requestRedirect', 'urlRewrite'].flatMap((key) =>
          replaceProblems(field(filter, key, 'path'), `${place}/${key}/path`),
        ),
      ];
    }),
  ];
}

/** A type of filters that a rule may have one of. */
function onceOnly(type = ''): string | undefined {
  return Object.hasOwn(FILTERS, type) && !REPEATED.has(type) ? type : undefined;
}

function modifierProblems(modifier: JsonValue | undefined, at: string): readonly Problem[] {
  return [
    ...repeatedProblems(
      modifier,
      at,
      'remove',
      (name) => scalarText(name) ?? '',
      (name) => `the header "${name}" is listed twice`,
    ),
    ...['set', 'add'].flatMap((key) => repeatedNames(modifier, at, key)),
  ];
}

/** Entries of a list whose names must differ. */
function repeatedNames(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  return repeatedProblems(parent, at, key, nameOf, (name) => `"${name}" is listed twice`);
}

function replaceProblems(path: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(path)) return NO_PROBLEMS;
  const own = textAt(path, 'type') === 'ReplaceFullPath' ? 'replaceFullPath' : 'replacePrefixMatch';
  const other = own === 'replaceFullPath' ? 'replacePrefixMatch' : 'replaceFullPath';
  if (field(path, own) === undefined) return absentAt(at, `the type ${textAt(path, 'type')} has no ${own}`);
  return together(path, at, own, [other]);
}

function matchProblems(match: JsonValue, at: string): readonly Problem[] {
  const type = textAt(match, 'path', 'type') ?? 'PathPrefix';
  return [
    ...(type === 'RegularExpression' ? NO_PROBLEMS : oneText(field(match, 'path'), `${at}/path`, 'value', pathProblem)),
    ...['headers', 'queryParams'].flatMap((key) => repeatedNames(match, at, key)),
  ];
}

function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return `the path "${path}" does not begin with /`;
  const part = PATH_PARTS.find((one) => path.includes(one));
  if (part !== undefined) return `the path "${path}" contains "${part}"`;
  if (/\/\.{1,2}$/.test(path)) return `the path "${path}" ends with a dot segment`;
  const isRight = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(path);
  return isRight ? undefined : `the path "${path}" has a character that a path cannot have`;
}

function redirectProblems(rule: JsonValue, at: string): readonly Problem[] {
  const filters = listAt(rule, 'filters');
  const redirects = filters.some((filter) => textAt(filter, 'type') === 'RequestRedirect');
  const prefix = filters.some((filter) =>
    ['requestRedirect', 'urlRewrite'].some((key) => isGiven(field(filter, key, 'path'), 'replacePrefixMatch')),
  );
  const matches = listAt(rule, 'matches');
  // Without a match, the rule has the one for the prefix "/".
  const isOne = matches.length === 0 || (matches.length === 1 && isPrefix(matches[0]));
  return [
    ...problemAt(
      `${at}/backendRefs`,
      redirects && isGiven(rule, 'backendRefs') ? 'RequestRedirect and backendRefs are both set' : undefined,
    ),
    ...problemAt(
      `${at}/matches`,
      prefix && !isOne ? 'replacePrefixMatch needs exactly one match, by PathPrefix' : undefined,
    ),
  ];
}

function isPrefix(match: JsonValue | undefined): boolean {
  const type = textAt(match, 'path', 'type') ?? 'PathPrefix';
  return type === 'PathPrefix' || isVariable(type);
}
