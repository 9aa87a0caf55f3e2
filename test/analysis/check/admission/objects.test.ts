import { refusals } from './refusals';

describe('a server of a Gateway', () => {
  const server = (text: string) => refusals('Gateway', `{selector: {a: b}, servers: [{${text}}]}`);
  const PORT = 'port: {number: 80, name: http, protocol: HTTP}';

  test.each([
    [`${PORT}, hosts: ["*", ./a.example, "*/*.example", shop/a.example, "10.0.0.1"]`],
    [`${PORT}, hosts: ["\${HOST}"]`],
    [`${PORT}, hosts: [a.example], bind: 0.0.0.0, tls: {httpsRedirect: true}`],
    ['port: {number: 0, name: a, protocol: HTTP}, bind: unix:///run/a.sock, hosts: [a.example]'],
    [
      'port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.example], tls: {mode: MUTUAL, credentialName: a, caCrl: b}',
    ],
  ])('is right: %s', (text) => expect(server(text)).toEqual([]));

  test.each([
    [`${PORT}, hosts: [web]`, 'the host "web" is a short name; write the full host'],
    [`${PORT}, hosts: ["*bank.example"]`, 'the wildcard of "*bank.example" is not a whole label'],
    [`${PORT}, hosts: ["a.*.example"]`, 'the wildcard of "a.*.example" is not a whole label'],
    [`${PORT}, hosts: ["https://a.example"]`, '"https:" in the host "https://a.example" is not a namespace'],
    [`${PORT}, hosts: ["a.example:80"]`, '"a.example:80" is not a host'],
    [`${PORT}, hosts: []`, 'a server has no hosts'],
    ['port: {number: 70000, name: a, protocol: HTTP}, hosts: [a.example]', '70000 is not a port number'],
    ['port: {number: 80, name: "", protocol: HTTP}, hosts: [a.example]', 'the port of a server has no name'],
    [`${PORT}, bind: localhost, hosts: [a.example]`, '"localhost" is not an IP address'],
    [`${PORT}, bind: unix:///run/a.sock, hosts: [a.example]`, 'the port of a server at a socket is not 0'],
    [
      'port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.example], tls: {mode: SIMPLE, credentialName: a, serverCertificate: b, privateKey: c}',
      'a server has both serverCertificate and credentialName',
    ],
    [
      'port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.example], tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: a}]}',
      'a server has SIMPLE but no certificate with its key',
    ],
  ])('is refused: %s', (text, problem) => expect(server(text)).toEqual([problem]));

  test('is refused beside another of the same port name, and a Gateway needs one', () => {
    const two = `{selector: {a: b}, servers: [{${PORT}, hosts: [a.example]}, {${PORT}, hosts: [b.example]}]}`;
    expect(refusals('Gateway', two)).toEqual(['two servers have the port name "http"']);
    expect(refusals('Gateway', '{selector: {a: b}}')).toEqual(['the Gateway has no servers']);
    expect(refusals('Gateway', '{selector: {a: b}}', 'patches/gateway.yaml')).toEqual([]);
    expect(refusals('Gateway', `{selector: {a: "\${NAME}"}}`)).toEqual([]);
  });
});

describe('a DestinationRule', () => {
  const rule = (spec: string) => refusals('DestinationRule', `{host: a.example, ${spec}}`);
  const policy = (text: string) => rule(`trafficPolicy: {${text}}`);

  test.each([
    ['connectionPool: {tcp: {maxConnections: 1, connectTimeout: 30ms, idleTimeout: 0s}, http: {idleTimeout: 1h}}'],
    ['outlierDetection: {consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 1m, maxEjectionPercent: 100}'],
    ['outlierDetection: {consecutiveLocalOriginFailures: 5, splitExternalLocalOriginErrors: true}'],
    ['loadBalancer: {consistentHash: {httpCookie: {name: a, ttl: 0s}, maglev: {tableSize: 65537}}}'],
    ['portLevelSettings: [{port: {number: 80}, tls: {mode: SIMPLE}}]'],
    ['tls: {mode: SIMPLE, insecureSkipVerify: true}'],
    ['tls: {mode: MUTUAL, insecureSkipVerify: true, credentialName: a}'],
    [
      'outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: a/b/*, to: {"a/b/*": 70, "a/c/*": 30}}]}}',
    ],
    ['outlierDetection: {}, loadBalancer: {localityLbSetting: {failover: [{from: a, to: b}]}}'],
    ['proxyProtocol: {version: V1}'],
  ])('has a right policy: %s', (text) => expect(policy(text)).toEqual([]));

  test.each([
    ['', 'the traffic policy is empty'],
    ['connectionPool: {}', 'the connection pool has neither http nor tcp'],
    ['connectionPool: {tcp: {maxConnections: -1}}', 'maxConnections is -1, but must not be negative'],
    ['connectionPool: {tcp: {connectTimeout: 0s}}', '"0s" is shorter than 1ms'],
    [
      'connectionPool: {http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}}',
      'useClientProtocol is combined with h2UpgradePolicy UPGRADE',
    ],
    ['connectionPool: {http: {http2KeepAlive: {interval: 5s}}}', 'http2KeepAlive has no timeout'],
    ['outlierDetection: {maxEjectionPercent: 110}', 'maxEjectionPercent is 110, but must be from 0 to 100'],
    [
      'outlierDetection: {consecutiveLocalOriginFailures: 5}',
      'consecutiveLocalOriginFailures requires splitExternalLocalOriginErrors: true',
    ],
    [
      'loadBalancer: {consistentHash: {maglev: {tableSize: 100}}}',
      '100 is not a prime number, as the size of a Maglev table must be',
    ],
    [
      'loadBalancer: {consistentHash: {httpCookie: {name: a, attributes: [{name: b}, {name: b}]}}}',
      'the cookie attribute "b" is listed twice',
    ],
    ['portLevelSettings: [{tls: {mode: SIMPLE}}]', 'portLevelSettings has an entry without a port'],
    ['portLevelSettings: [{port: {number: 80}}]', 'the traffic policy is empty'],
    [
      'tls: {mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [a]}',
      'insecureSkipVerify and subjectAltNames are both set',
    ],
    [
      'tunnel: {targetHost: a.example, targetPort: 80, protocol: connect}',
      `the tunnel's protocol "connect" is neither CONNECT nor POST`,
    ],
    [
      'loadBalancer: {localityLbSetting: {distribute: [{from: a/*, to: {a/*: 80, b/*: 30}}]}}',
      'the weights add up to 110 instead of 100',
    ],
    [
      'loadBalancer: {localityLbSetting: {distribute: [{from: a/*, to: {a/*: 50, a/b/*: 50}}]}}',
      'the locality "a/b/*" overlaps another',
    ],
    [
      'outlierDetection: {}, loadBalancer: {localityLbSetting: {failover: [{from: a, to: a}]}}',
      'a region fails over to itself, "a"',
    ],
    [
      'outlierDetection: {}, loadBalancer: {localityLbSetting: {failover: [{from: a/b, to: c}]}}',
      '"a/b" is not a region; failover is between regions',
    ],
    [
      'loadBalancer: {localityLbSetting: {failover: [{from: a, to: b}], distribute: [{from: a, to: {a: 100}}]}}',
      'distribute and failover are both set',
    ],
  ])('has a policy that is refused: %s', (text, problem) => expect(policy(text)).toEqual([problem]));

  test.each([
    [
      'subsets: [{name: v1, labels: {version: v1}}, {name: v1, labels: {version: v2}}]',
      'the subset "v1" is defined twice',
    ],
    ['subsets: [{name: v1.0}]', '"v1.0" is not a valid name; only letters, digits and hyphens are allowed'],
    ['subsets: [{name: v1, labels: {version: "1 0"}}]', '"1 0" is not a valid label value'],
    ['subsets: [{name: v1, trafficPolicy: {connectionPool: {}}}]', 'the connection pool has neither http nor tcp'],
    [
      'workloadSelector: {matchLabels: {app: a}}, exportTo: ["*"]',
      'with a workloadSelector, only its own namespace can be exported to',
    ],
    ['workloadSelector: {matchLabels: {app: "a*"}}', 'the selector has an asterisk in app'],
  ])('is refused: %s', (spec, problem) => expect(rule(spec)).toEqual([problem]));
});

describe('a ServiceEntry', () => {
  const entry = (spec: string) => refusals('ServiceEntry', `{${spec}}`);
  const PORT = 'ports: [{number: 443, name: tls, protocol: TLS}]';

  test.each([
    [`hosts: [a.example], resolution: DNS, ${PORT}, endpoints: [{address: b.example, ports: {tls: 8443}}]`],
    [`hosts: [a.example, b.example], resolution: STATIC, ${PORT}, endpoints: [{address: 10.0.0.1}]`],
    ['hosts: [a.example, b.example], ports: [{number: 3306, name: db, protocol: TCP}], addresses: [10.0.0.0/8]'],
    [`hosts: [a.example], resolution: STATIC, ${PORT}, endpoints: [{address: "unix:///run/a.sock"}], exportTo: ["~"]`],
    [`hosts: ["*.example"], resolution: DYNAMIC_DNS, location: MESH_EXTERNAL, ${PORT}`],
  ])('is right: %s', (spec) => expect(entry(spec)).toEqual([]));

  test.each([
    [`hosts: [a_b.example], resolution: DNS, ${PORT}`, '"a_b.example" is not a host'],
    [
      `hosts: [a.example], resolution: DNS, addresses: [10.0.0.0/8], ${PORT}`,
      'a CIDR requires resolution NONE or STATIC, not DNS',
    ],
    [`hosts: [a.example], resolution: DNS, addresses: [10.0.0], ${PORT}`, '"10.0.0" is not an IP address or CIDR'],
    [
      'hosts: [a.example], resolution: DNS, ports: [{number: 1, name: a, protocol: TLS}, {number: 2, name: a, protocol: TLS}]',
      'the port name "a" is used twice',
    ],
    [
      'hosts: [a.example], resolution: DNS, ports: [{number: 1, name: a, protocol: TLS}, {number: 1, name: b, protocol: TLS}]',
      'the port 1 is listed twice',
    ],
    [
      'hosts: [a.example], resolution: DNS, ports: [{number: 1, name: a, protocol: HTTP3}]',
      'the protocol HTTP3 does not exist',
    ],
    [
      'hosts: [a.example], resolution: DNS, ports: [{number: 70000, name: a, protocol: TLS}]',
      '70000 is not a port number',
    ],
    [
      `hosts: [a.example], resolution: DNS, ${PORT}, endpoints: [{address: b.example, ports: {https: 443}}]`,
      'the ServiceEntry has no port called "https"',
    ],
    [
      `hosts: [a.example], resolution: DNS, ${PORT}, endpoints: [{address: "https://b.example"}]`,
      '"https://b.example" is not an IP address or a host',
    ],
    [
      `hosts: [a.example], resolution: DNS_ROUND_ROBIN, ${PORT}, endpoints: [{address: b.example}, {address: c.example}]`,
      'DNS_ROUND_ROBIN allows at most one endpoint',
    ],
    [
      'hosts: [a.example, b.example], resolution: DNS, ports: [{number: 3306, name: db, protocol: TCP}]',
      'there are several hosts, and a port is neither HTTP nor TLS',
    ],
    [
      `hosts: [a.example], resolution: STATIC, ${PORT}, endpoints: [{address: "unix://run/"}]`,
      '"run/" is not the absolute path of a socket',
    ],
    [
      `hosts: [a.example], resolution: DYNAMIC_DNS, location: MESH_EXTERNAL, ${PORT}`,
      '"a.example" has no wildcard, which DYNAMIC_DNS requires',
    ],
    [
      `hosts: ["*.example"], resolution: DYNAMIC_DNS, location: MESH_EXTERNAL, addresses: [10.0.0.1], ${PORT}`,
      'DYNAMIC_DNS does not allow addresses',
    ],
    [
      `hosts: [a.example], resolution: DNS, ${PORT}, workloadSelector: {labels: {app: "a*"}}`,
      'the selector has an asterisk in app',
    ],
  ])('is refused: %s', (spec, problem) => expect(entry(spec)).toEqual([problem]));
});

describe('a Sidecar', () => {
  const sidecar = (spec: string) => refusals('Sidecar', `{${spec}}`);
  const ALL = 'hosts: ["./*"]';

  test.each([
    [`egress: [{port: {number: 80, protocol: HTTP, name: a}, ${ALL}}, {${ALL}}]`],
    ['egress: [{hosts: ["*/*", "~/*", ./a.example, "shop/*.example"]}]'],
    ['ingress: [{port: {number: 80, protocol: HTTP, name: a}, defaultEndpoint: "127.0.0.1:8080"}]'],
    ['ingress: [{port: {number: 80, protocol: HTTP, name: a}, defaultEndpoint: "unix:///run/a.sock"}]'],
    [`egress: [{port: {number: 0, protocol: HTTP, name: a}, bind: "unix:///run/a.sock", ${ALL}}]`],
    ['outboundTrafficPolicy: {mode: REGISTRY_ONLY}'],
  ])('is right: %s', (spec) => expect(sidecar(spec)).toEqual([]));

  test.each([
    ['workloadSelector: {labels: {app: a}}', 'there is no egress, ingress or outboundTrafficPolicy'],
    ['egress: [{hosts: [a.example]}]', 'egress host "a.example" is not of the form <namespace>/<host>'],
    ['egress: [{hosts: [./catalogue]}]', 'egress host "./catalogue" is a short name; write the full host'],
    ['egress: [{hosts: ["*/*a.example"]}]', 'the wildcard of "*a.example" is not a whole label'],
    ['egress: [{hosts: [Team_1/*]}]', '"Team_1" is not a namespace'],
    [
      `egress: [{${ALL}}, {port: {number: 80, protocol: HTTP, name: a}, ${ALL}}]`,
      'a listener without a port is not the last one',
    ],
    [
      `egress: [{port: {number: 80, protocol: HTTP, name: a}, ${ALL}}, {port: {number: 80, protocol: HTTP, name: b}, ${ALL}}]`,
      'another listener also has 80',
    ],
    [
      `egress: [{port: {number: 0, protocol: HTTP, name: a}, ${ALL}}]`,
      'a listener has neither a port number nor the absolute path of a socket in bind',
    ],
    [
      'ingress: [{port: {number: 80, protocol: HTTP, name: a}, defaultEndpoint: "10.0.0.1:80"}]',
      'the defaultEndpoint "10.0.0.1:80" is not a port of 127.0.0.1, 0.0.0.0, [::1] or [::], or a socket',
    ],
    [
      'ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: SIMPLE, credentialName: a}}]',
      'credentialName is allowed only in Gateways',
    ],
    [
      'ingress: [{port: {number: 443, protocol: HTTPS, name: a}, tls: {mode: ISTIO_MUTUAL}}]',
      'the mode ISTIO_MUTUAL is allowed only in Gateways',
    ],
    [
      'ingress: [{port: {number: 80, protocol: HTTP, name: a}, tls: {mode: SIMPLE, serverCertificate: a, privateKey: b}}]',
      'tls is combined with protocol HTTP instead of HTTPS or TLS',
    ],
    [
      'outboundTrafficPolicy: {mode: REGISTRY_ONLY, egressProxy: {host: a.example, port: {number: 80}}}',
      'egressProxy requires mode ALLOW_ANY',
    ],
    ['outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.example}}', 'egressProxy has no port'],
  ])('is refused: %s', (spec, problem) => expect(sidecar(spec)).toEqual([problem]));
});

test.each([
  ['WorkloadEntry', '{address: 10.0.0.1, ports: {http: 8080}, labels: {app: a}}', []],
  ['WorkloadEntry', '{address: vm.example}', []],
  ['WorkloadEntry', '{address: "10.0.0.1:8080"}', ['"10.0.0.1:8080" is not an IP address or a host']],
  ['WorkloadEntry', '{address: "unix:///run/a.sock", ports: {http: 8080}}', ['a socket has no ports']],
  ['WorkloadEntry', '{address: 10.0.0.1, ports: {http: 70000}}', ['70000 is not a port number']],
  [
    'WorkloadEntry',
    '{address: 10.0.0.1, ports: {a_b: 80}}',
    ['"a_b" is not a valid name; only letters, digits and hyphens are allowed'],
  ],
  ['WorkloadGroup', '{template: {}, probe: {httpGet: {port: 8080}}}', []],
  ['WorkloadGroup', '{template: {}, probe: {periodSeconds: 5}}', ['the probe has no httpGet, tcpSocket, exec']],
  ['WorkloadGroup', '{template: {}, metadata: {labels: {app: "~"}}}', ['"~" is not a valid label value']],
  ['Telemetry', '{metrics: [{overrides: [{tagOverrides: {a: {operation: REMOVE}, b: {value: "\'c\'"}}}]}]}', []],
  [
    'Telemetry',
    '{metrics: [{overrides: [{tagOverrides: {a: {operation: REMOVE, value: b}}}]}]}',
    ['REMOVE of the tag "a" has a value'],
  ],
  ['Telemetry', '{metrics: [{overrides: [{tagOverrides: {a: {}}}]}]}', ['UPSERT of the tag "a" has no value']],
  ['Telemetry', '{tracing: [{customTags: {a: {literal: {value: ""}}}}]}', ['the tag "a" has an empty value']],
  ['Telemetry', '{targetRefs: [{kind: Deployment, group: apps, name: a}]}', ['the target is the kind apps/Deployment']],
  ['WasmPlugin', '{url: registry.example/filter:1.0.0}', []],
  ['WasmPlugin', '{url: "s3://bucket/filter.wasm"}', ['the scheme s3 is not one of oci, file, http and https']],
  [
    'WasmPlugin',
    '{url: a, vmConfig: {env: [{name: A, value: b}, {name: A, value: c}]}}',
    ['the variable A is listed twice'],
  ],
  [
    'WasmPlugin',
    '{url: a, vmConfig: {env: [{name: A, valueFrom: HOST, value: b}]}}',
    ['a value is combined with valueFrom HOST'],
  ],
  ['WasmPlugin', '{url: a, selector: {matchLabels: {app: "a*"}}}', ['the selector has an asterisk in app']],
  ['TrafficExtension', '{lua: {inlineCode: a}}', []],
  ['TrafficExtension', '{}', ['there is neither wasm nor lua']],
  ['TrafficExtension', '{lua: {inlineCode: a}, wasm: {url: b}}', ['wasm and lua are both set']],
  [
    'RequestAuthentication',
    '{selector: {matchLabels: {app: a}}, targetRefs: [{kind: Service, name: a}]}',
    ['selector and targetRefs are both set'],
  ],
  [
    'RequestAuthentication',
    '{targetRef: {kind: Gateway, group: gateway.networking.k8s.io, name: a, namespace: b}}',
    ['the target has a namespace'],
  ],
])('%s %s', (kind, spec, problems) => expect(refusals(kind, spec)).toEqual(problems));

describe('a patch of an EnvoyFilter', () => {
  const patch = (text: string) => refusals('EnvoyFilter', `{configPatches: [{${text}}]}`);
  const MANAGER = 'envoy.filters.network.http_connection_manager';

  test.each([
    [
      'applyTo: CLUSTER, match: {cluster: {service: a.example}}, patch: {operation: MERGE, value: {connect_timeout: 5s}}',
    ],
    ['applyTo: CLUSTER, patch: {operation: REMOVE}'],
    [
      `applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: ${MANAGER}, subFilter: {name: envoy.filters.http.router}}}}}, patch: {operation: INSERT_BEFORE, value: {name: a, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}}}`,
    ],
    ['applyTo: CLUSTER, match: {proxy: {proxyVersion: "^1\\\\.2.*"}}, patch: {operation: REMOVE}'],
  ])('is right: %s', (text) => expect(patch(text)).toEqual([]));

  test.each([
    ['applyTo: CLUSTER', 'an entry has no patch'],
    ['applyTo: CLUSTER, patch: {operation: MERGE}', 'the operation MERGE has no value'],
    [
      'applyTo: CLUSTER, match: {listener: {portNumber: 80}}, patch: {operation: REMOVE}',
      'CLUSTER requires a match by cluster, not by listener',
    ],
    [
      'applyTo: HTTP_ROUTE, match: {cluster: {portNumber: 80}}, patch: {operation: REMOVE}',
      'HTTP_ROUTE requires a match by routeConfiguration, not by cluster',
    ],
    [
      `applyTo: NETWORK_FILTER, match: {listener: {filterChain: {filter: {name: ${MANAGER}, subFilter: {name: a}}}}}, patch: {operation: REMOVE}`,
      'subFilter applies to HTTP_FILTER, not to NETWORK_FILTER',
    ],
    [
      'applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: envoy.filters.network.tcp_proxy, subFilter: {name: a}}}}}, patch: {operation: REMOVE}',
      'subFilter belongs to the HTTP connection manager, not to "envoy.filters.network.tcp_proxy"',
    ],
    [
      'applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {name: a, typed_config: {"@type": type.googleapis.com/envoy.config.filter.http.lua.v2.Lua}}}',
      "the type type.googleapis.com/envoy.config.filter.http.lua.v2.Lua is of Envoy's API v2, which was removed; use v3",
    ],
    [
      'applyTo: CLUSTER, match: {proxy: {proxyVersion: "1.(2"}}, patch: {operation: REMOVE}',
      'the regular expression "1.(2" has a ( without )',
    ],
  ])('is refused: %s', (text, problem) => expect(patch(text)).toEqual([problem]));
});

test('an entry that an alias of YAML repeats is the same entry again', () => {
  const ports = 'ports: [&one {number: 443, name: tls, protocol: TLS}, *one]';
  expect(refusals('ServiceEntry', `{hosts: [a.example], resolution: DNS, ${ports}}`)).toEqual([
    'the port 443 is listed twice',
    'the port name "tls" is used twice',
  ]);
});
