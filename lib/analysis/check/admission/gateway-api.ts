import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonObject, type JsonValue, listAt, scalarText, textAt } from '../../../base/json';
import { absentAt, each, isGiven, NO_PROBLEMS, oneText, type Problem, problemAt, together } from './problem';

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
  const all = listAt(spec, 'listeners');
  const names = all.map((one) => textAt(one, 'name') ?? '');
  const places = all.map((one) =>
    ['port', 'protocol', 'hostname'].map((key) => scalarText(field(one, key)) ?? '').join(' '),
  );
  return each(spec, '/spec', 'listeners', (listener, at) => {
    const index = all.indexOf(listener);
    const [name = '', place = ''] = [names[index], places[index]];
    return [
      ...problemAt(
        `${at}/name`,
        name !== '' && names.indexOf(name) < index ? `two listeners are named "${name}"` : undefined,
      ),
      ...problemAt(
        at,
        places.indexOf(place) < index ? 'two listeners have the same port, protocol and hostname' : undefined,
      ),
      ...listenerProblems(listener, at),
    ];
  });
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
    ...each(parent, at, 'filters', (filter, place) => {
      const index = Number(place.slice(place.lastIndexOf('/') + 1));
      const type = types[index] ?? '';
      const own = FILTERS[type];
      const other = Object.values(FILTERS).find((key) => key !== own && isGiven(filter, key));
      if (own === undefined) return NO_PROBLEMS;
      return [
        ...(isGiven(filter, own) ? NO_PROBLEMS : absentAt(place, `a filter of the type ${type} has no ${own}`)),
        ...problemAt(
          `${place}/${other}`,
          other === undefined ? undefined : `a filter of the type ${type} has ${other}`,
        ),
        ...problemAt(
          place,
          !REPEATED.has(type) && types.indexOf(type) < index ? `the filter ${type} is listed twice` : undefined,
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

function modifierProblems(modifier: JsonValue | undefined, at: string): readonly Problem[] {
  const removed = listAt(modifier, 'remove').map((name) => scalarText(name) ?? '');
  return [
    ...removed.flatMap((name, index) =>
      problemAt(
        `${at}/remove/${index}`,
        removed.indexOf(name) < index ? `the header "${name}" is listed twice` : undefined,
      ),
    ),
    ...['set', 'add'].flatMap((key) => repeatedNames(modifier, at, key)),
  ];
}

/** Entries of a list whose names must differ. */
function repeatedNames(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  const names = listAt(parent, key).map((one) => textAt(one, 'name') ?? '');
  return names.flatMap((name, index) =>
    problemAt(
      `${at}/${key}/${index}`,
      name !== '' && names.indexOf(name) < index ? `"${name}" is listed twice` : undefined,
    ),
  );
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
