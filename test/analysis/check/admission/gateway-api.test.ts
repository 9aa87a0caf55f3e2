import { checkFiles } from '../../../../lib/check';

const RULES = ['gateway-api-refused', 'unknown-field', 'invalid-value'];
const says = (kind: string, spec: string, file = 'a.yaml') =>
  checkFiles(
    [
      {
        file,
        text: `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\nspec: ${spec}\n`,
      },
    ],
    { rules: RULES },
  ).map(({ found }) => found);

describe('a listener', () => {
  const listeners = (...all: readonly string[]) =>
    says('Gateway', `{gatewayClassName: istio, listeners: [${all.map((one) => `{${one}}`).join(', ')}]}`);

  test.each([
    ['name: http, port: 80, protocol: HTTP, hostname: "*.shop.example"'],
    ['name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: shop}]}'],
    ['name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}'],
    ['name: hbone, port: 15008, protocol: HBONE'],
    [
      'name: east, port: 15443, protocol: TLS, tls: {mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}',
    ],
    ['name: tcp, port: 3306, protocol: TCP, allowedRoutes: {kinds: [{kind: TCPRoute}], namespaces: {from: All}}'],
  ])('is right: %s', (listener) => expect(listeners(listener)).toEqual([]));

  test.each([
    ['name: http, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: a}]}', 'tls is combined with protocol HTTP'],
    ['name: tcp, port: 80, protocol: TCP, hostname: a.example', 'hostname is combined with protocol TCP'],
    [
      'name: https, port: 443, protocol: HTTPS, tls: {mode: Passthrough}',
      'the mode of HTTPS is Passthrough, not Terminate',
    ],
    [
      'name: https, port: 443, protocol: HTTPS, tls: {mode: Terminate}',
      'a listener that terminates TLS has no certificateRefs',
    ],
    [
      'name: https, port: 443, protocol: HTTPS, hostnames: [a.example]',
      'there is no field "hostnames" here, did you mean "hostname"?',
    ],
  ])('is refused: %s', (listener, problem) => expect(listeners(listener)).toEqual([problem]));

  test('is refused beside another of its name or place, and a TLS one needs its mode', () => {
    const http = (name: string, port = 80) => `name: ${name}, port: ${port}, protocol: HTTP`;
    expect(listeners(http('a'), http('a', 81))).toEqual(['two listeners are named "a"']);
    expect(listeners(http('a'), http('b'))).toEqual(['two listeners have the same port, protocol and hostname']);
    expect(listeners('name: tls, port: 443, protocol: TLS')).toEqual([
      'a listener with the protocol TLS has no tls.mode',
    ]);
  });
});

describe('a rule of a route', () => {
  const rule = (text: string, kind = 'HTTPRoute') => says(kind, `{parentRefs: [{name: edge}], rules: [{${text}}]}`);
  const WEB = 'backendRefs: [{name: web, port: 80}]';

  test.each([
    [WEB],
    ['backendRefs: [{group: networking.istio.io, kind: Hostname, name: web.example, port: 443}]'],
    ['backendRefs: [{group: inference.networking.k8s.io, kind: InferencePool, name: web}]'],
    [`matches: [{path: {value: /a%20b}, headers: [{name: a, value: b}]}], ${WEB}`],
    [`matches: [{path: {type: RegularExpression, value: "a.*"}}], ${WEB}`],
    ['filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]'],
    [
      `filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}], matches: [{path: {value: /a}}], ${WEB}`,
    ],
    [
      `filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 80}}}, {type: RequestMirror, requestMirror: {backendRef: {name: b, port: 80}}}], ${WEB}`,
    ],
    [`timeouts: {request: 10s}, retry: {attempts: 2}, ${WEB}`],
    [`matches: [{path: {value: "\${PREFIX}"}}], ${WEB}`],
  ])('is right: %s', (text) => expect(rule(text)).toEqual([]));

  test.each([
    ['backendRefs: [{name: web}]', 'a reference to a Service has no port'],
    [`matches: [{path: {value: a}}], ${WEB}`, 'the path "a" does not begin with /'],
    [`matches: [{path: {value: /a//b}}], ${WEB}`, 'the path "/a//b" contains "//"'],
    [`matches: [{path: {value: /a/..}}], ${WEB}`, 'the path "/a/.." ends with a dot segment'],
    [`matches: [{path: {value: "/a*b[c]"}}], ${WEB}`, 'the path "/a*b[c]" has a character that a path cannot have'],
    [`matches: [{headers: [{name: a, value: b}, {name: a, value: c}]}], ${WEB}`, '"a" is listed twice'],
    [
      `filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}], ${WEB}`,
      'RequestRedirect and backendRefs are both set',
    ],
    [`filters: [{type: URLRewrite}], ${WEB}`, 'a filter of the type URLRewrite has no urlRewrite'],
    [
      `filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a, a]}}], ${WEB}`,
      'the header "a" is listed twice',
    ],
    [
      `filters: [{type: URLRewrite, urlRewrite: {hostname: a}}, {type: URLRewrite, urlRewrite: {hostname: b}}], ${WEB}`,
      'the filter URLRewrite is listed twice',
    ],
    [
      `filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /}}}], matches: [{path: {value: /a}}], ${WEB}`,
      'the type ReplaceFullPath has no replaceFullPath',
    ],
    [
      `filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}], matches: [{path: {type: Exact, value: /a}}], ${WEB}`,
      'replacePrefixMatch needs exactly one match, by PathPrefix',
    ],
  ])('is refused: %s', (text, problem) => expect(rule(text)).toEqual([problem]));

  test('needs a port in a route for gRPC too', () => {
    expect(rule('backendRefs: [{name: web}]', 'GRPCRoute')).toEqual(['a reference to a Service has no port']);
  });
});

test('addresses of a Gateway are of the default type where none is given', () => {
  expect(
    says(
      'Gateway',
      '{gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: HTTP}], addresses: [{value: 10.0.0.1}]}',
    ),
  ).toEqual([]);
});

test.each([
  ['Gateway', '{gatewayClassName: istio, listeners: [{name: a, port: 70000, protocol: HTTP}]}', 'invalid-value'],
  [
    'Gateway',
    '{gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: HTTP, hostnames: [b]}]}',
    'unknown-field',
  ],
  [
    'Gateway',
    '{gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: all}}}]}',
    'invalid-value',
  ],
  ['Gateway', '{listeners: [{name: a, port: 80, protocol: HTTP}]}', 'invalid-value'],
  ['HTTPRoute', '{rules: [{match: [{path: {value: /a}}]}]}', 'unknown-field'],
  ['HTTPRoute', '{rules: [{matches: [{path: {type: Prefix, value: /a}}]}]}', 'invalid-value'],
  ['HTTPRoute', '{hostnames: ["https://a.example"]}', 'invalid-value'],
  ['ReferenceGrant', '{from: [{group: "", kind: Gateway}], to: [{group: "", kind: Secret}]}', 'invalid-value'],
])('the fields of a %s are known: %s', (kind, spec, rule) => {
  const text = `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\nspec: ${spec}\n`;
  expect(checkFiles([{ file: 'a.yaml', text }], { rules: RULES }).map((finding) => finding.rule)).toEqual([rule]);
});
