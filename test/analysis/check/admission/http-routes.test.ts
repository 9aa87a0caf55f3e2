import { refusals } from './refusals';

const BANK = 'route: [{destination: {host: bank.example}}]';

/** What is refused in a VirtualService with one rule of HTTP. */
const rule = (text: string) => refusals('VirtualService', `{hosts: [bank.example], http: [{${text}}]}`);

describe('a rule of HTTP', () => {
  test.each([
    [BANK],
    ['redirect: {uri: /, authority: bank.example}'],
    ['redirect: {scheme: https, redirectCode: 308}'],
    ['match: [{uri: {prefix: ""}}], redirect: {prefixRewrite: /new}'],
    ['directResponse: {status: 404, body: {string: gone}}'],
    [`match: [{headers: {":authority": {exact: a}, x-user: {}}}], ${BANK}`],
    [`match: [{withoutHeaders: {x-user: {regex: "*"}}}], ${BANK}`],
    [`match: [{uri: {regex: "/(?i)v[0-9]+/.*"}, sourceNamespace: shop, gateways: [mesh]}], ${BANK}`],
    [`rewrite: {uriRegexRewrite: {match: "^/a/(.*)$", rewrite: '/\\1'}}, ${BANK}`],
    [`retries: {attempts: 3, perTryTimeout: 2s, retryOn: "5xx,reset,503"}, ${BANK}`],
    [`retries: {attempts: 0}, ${BANK}`],
    [`headers: {request: {set: {Host: other.example, x-a: "100%% %START_TIME%"}, remove: [x-b]}}, ${BANK}`],
    [`headers: {response: {set: {x-a: "%REQ(X-B)%"}}}, ${BANK}`],
    [
      `corsPolicy: {allowOrigins: [{regex: ".*"}], allowMethods: [GET, "*"], allowHeaders: ["*"], maxAge: 24h}, ${BANK}`,
    ],
    [`corsPolicy: {maxAge: 2000ms}, ${BANK}`],
    [`fault: {abort: {grpcStatus: NOT_FOUND, percentage: {value: 0.001}}, delay: {fixedDelay: 5s}}, ${BANK}`],
    [`timeout: 1m30s, mirror: {host: other.example}, mirrorPercentage: {value: 5}, ${BANK}`],
    ['route: [{destination: {host: a.example}, weight: 100}, {destination: {host: b.example}, weight: 0}]'],
    ['delegate: {name: other, namespace: shop}'],
    [`timeout: "\${TIMEOUT}", ${BANK}`],
    [`retries: {attempts: 2, retryOn: "{{ .Values.retryOn }}"}, ${BANK}`],
  ])('is right: %s', (text) => expect(rule(text)).toEqual([]));

  test.each([
    ['match: [{uri: {prefix: /a}}]', 'a rule has no route, redirect or directResponse'],
    [`redirect: {uri: /}, ${BANK}`, 'redirect and route are both set'],
    [`directResponse: {status: 200}, ${BANK}`, 'directResponse and route are both set'],
    ['directResponse: {status: 200}, redirect: {uri: /}', 'redirect and directResponse are both set'],
    ['redirect: {uri: /}, rewrite: {uri: /}', 'redirect and rewrite are both set'],
    ['directResponse: {status: 200}, fault: {delay: {fixedDelay: 5s}}', 'directResponse and fault are both set'],
    [`delegate: {name: other}, ${BANK}`, 'delegate and route are both set'],
    [
      `mirror: {host: a.example}, mirrors: [{destination: {host: b.example}}], ${BANK}`,
      'mirror and mirrors are both set',
    ],
    ['redirect: {redirectCode: 301}', 'a redirect has no uri, prefixRewrite, authority, scheme or port'],
    ['redirect: {uri: /, redirectCode: 200}', '200 is not a redirect status from 300 to 399'],
    ['redirect: {scheme: ftp}', 'the scheme "ftp" is neither http nor https'],
    ['redirect: {uri: /a, prefixRewrite: /b}', 'uri and prefixRewrite are both set'],
    ['match: [{uri: {exact: /a}}], redirect: {prefixRewrite: /b}', 'prefixRewrite requires matches by prefix'],
    ['directResponse: {status: 99}', '99 is not an HTTP status from 200 to 599'],
    [
      `match: [{uri: {regex: "/a(?!b)"}}], ${BANK}`,
      'the regular expression "/a(?!b)" looks ahead or behind, which RE2 cannot',
    ],
    [`match: [{uri: {regex: "/a["}}], ${BANK}`, 'the regular expression "/a[" has a [ without ]'],
    [`match: [{uri: {regex: "*"}}], ${BANK}`, 'the regular expression "*" has * with nothing before it'],
    [`match: [{headers: {x-a: {prefix: ""}}}], ${BANK}`, 'the prefix is empty'],
    [`match: [{queryParams: {a: {regex: ""}}}], ${BANK}`, 'the regular expression is empty'],
    [`match: [{headers: {"x a": {exact: b}}}], ${BANK}`, '"x a" is not a valid header name'],
    [`match: [{port: 70000}], ${BANK}`, '70000 is not a port number'],
    [`match: [{sourceLabels: {app: "a b"}}], ${BANK}`, '"a b" is not a valid label value'],
    [
      `match: [{sourceNamespace: a.b}], ${BANK}`,
      '"a.b" is not a valid name; only letters, digits and hyphens are allowed',
    ],
    [`match: [{gateways: [shop/edge/x]}], ${BANK}`, '"shop/edge/x" is not the name of a Gateway, <namespace>/<name>'],
    [`rewrite: {uri: /, uriRegexRewrite: {match: a, rewrite: b}}, ${BANK}`, 'uri and uriRegexRewrite are both set'],
    [`rewrite: {}, ${BANK}`, 'a rewrite has no uri, uriRegexRewrite or authority'],
    [`rewrite: {uriRegexRewrite: {match: a}}, ${BANK}`, 'uriRegexRewrite requires match and rewrite'],
    [
      `rewrite: {authority: a.example}, headers: {request: {set: {host: b.example}}}, ${BANK}`,
      'the host is set in two places',
    ],
    [`headers: {response: {set: {Host: a}}}, ${BANK}`, 'the header "Host" cannot be changed here'],
    [`headers: {request: {remove: [":path"]}}, ${BANK}`, 'the header ":path" cannot be changed here'],
    [`headers: {request: {add: {x-a: "50%"}}}, ${BANK}`, '"50%" has a % that does not begin a variable; write %%'],
    [
      `retries: {attempts: 0, perTryTimeout: 2s}, ${BANK}`,
      'perTryTimeout is set, but attempts is 0, which disables retries',
    ],
    [`retries: {retryOn: 5xx}, ${BANK}`, 'retryOn is set, but attempts is 0, which disables retries'],
    [`retries: {attempts: 2, retryOn: "5xx, reset"}, ${BANK}`, '" reset" in retryOn is not a retry condition'],
    [`retries: {attempts: -1}, ${BANK}`, 'attempts is -1, but must not be negative'],
    [`timeout: 0.5ms, ${BANK}`, '"0.5ms" is shorter than 1ms'],
    [`timeout: 1.0005s, ${BANK}`, '"1.0005s" is more precise than a millisecond'],
    [`timeout: 5 seconds, ${BANK}`, '"5 seconds" is not a duration such as 5s'],
    [`corsPolicy: {allowMethods: [get]}, ${BANK}`, '"get" is not an HTTP method in upper case'],
    [`corsPolicy: {allowOrigins: [{exact: ""}]}, ${BANK}`, 'an allowed origin is empty'],
    [`corsPolicy: {allowHeaders: ["x a"]}, ${BANK}`, '"x a" is not a valid header name'],
    [`corsPolicy: {maxAge: 1.5s}, ${BANK}`, '"1.5s" is more precise than a second'],
    [`corsPolicy: {maxAge: 0.001h}, ${BANK}`, '"0.001h" is more precise than a second'],
    [`fault: {}, ${BANK}`, 'a fault has neither abort nor delay'],
    [`fault: {abort: {httpStatus: 1000}}, ${BANK}`, '1000 is not an HTTP status from 200 to 599'],
    [`fault: {abort: {grpcStatus: not_found}}, ${BANK}`, '"not_found" is not a gRPC status such as NOT_FOUND'],
    [`fault: {delay: {fixedDelay: 5s, percentage: {value: 200}}}, ${BANK}`, 'value is 200, but must be from 0 to 100'],
    [`mirror: {host: "*"}, ${BANK}`, 'a destination has the host "*"'],
    [`mirrorPercentage: {value: 101}, ${BANK}`, 'value is 101, but must be from 0 to 100'],
    ['route: [{destination: {host: "http://bank.example"}}]', '"http://bank.example" is not a valid host'],
    [
      'route: [{destination: {host: bank.example, subset: v.1}}]',
      '"v.1" is not a valid name; only letters, digits and hyphens are allowed',
    ],
    ['route: [{destination: {host: bank.example, port: {}}}]', 'the port has no number'],
    ['route: [{destination: {host: bank.example, port: {number: 0}}}]', '0 is not a port number'],
    [
      'route: [{destination: {host: a.example}}, {destination: {host: b.example}}]',
      'several destinations have no weight',
    ],
  ])('is refused: %s', (text, problem) => expect(rule(text)).toEqual([problem]));
});

describe('a VirtualService', () => {
  const service = (spec: string) => refusals('VirtualService', `{${spec}}`);

  test.each([
    [`hosts: [a.example, "*.b.example"], http: [{${BANK}}]`],
    [`http: [{${BANK}}]`],
    [`hosts: ["10.0.0.1"], http: [{${BANK}}]`],
    [
      `hosts: [a.example], gateways: [shop/edge, mesh], exportTo: [".", other], tcp: [{match: [{destinationSubnets: [10.0.0.0/8]}], ${BANK}}]`,
    ],
    [`hosts: ["*.example"], tls: [{match: [{sniHosts: [a.example]}], ${BANK}}]`],
    [`hosts: ["\${HOST}"], tls: [{match: [{sniHosts: [a.example]}], ${BANK}}]`],
  ])('is right: %s', (spec) => expect(service(spec)).toEqual([]));

  test.each([
    ['hosts: [a.example]', 'there is no http, tls or tcp'],
    [`hosts: ["a.example:80"], http: [{${BANK}}]`, '"a.example:80" is not a host'],
    [`hosts: [a_b.example], http: [{${BANK}}]`, '"a_b.example" is not a host'],
    [`hosts: [a.example, "*.example"], http: [{${BANK}}]`, 'the hosts "a.example" and "*.example" overlap'],
    [`gateways: [edge], http: [{${BANK}}]`, 'without hosts, gateways is not allowed'],
    [
      `hosts: [a.example], gateways: [edge_1], http: [{${BANK}}]`,
      '"edge_1" is not the name of a Gateway, <namespace>/<name>',
    ],
    [`hosts: [a.example], exportTo: ["*", shop], http: [{${BANK}}]`, '"*" is combined with other values'],
    [`hosts: [a.example], exportTo: ["~"], http: [{${BANK}}]`, '"~" is allowed only in ServiceEntries'],
    [`hosts: [a.example], exportTo: [shop, "."], http: [{${BANK}}]`, '"." is listed twice'],
    [`hosts: [a.example], exportTo: ["team-*"], http: [{${BANK}}]`, '"team-*" is not a namespace, "." or "*"'],
    [
      `hosts: [a.example], tls: [{match: [{sniHosts: [b.example]}], ${BANK}}]`,
      'the SNI host "b.example" is not among the hosts',
    ],
    [`hosts: [a.example], tls: [{${BANK}}]`, 'a tls rule has no match'],
    [`hosts: [a.example], tcp: [{match: [{port: 3306}]}]`, 'a tcp rule has no route'],
    [
      `hosts: [a.example], tcp: [{match: [{destinationSubnets: [10.0.0.0/33]}], ${BANK}}]`,
      '"10.0.0.0/33" is not an IP address or CIDR',
    ],
    ['http: [{delegate: {name: other}}]', 'a VirtualService without hosts has delegate itself'],
  ])('is refused: %s', (spec, problem) => expect(service(spec)).toEqual([problem]));
});
