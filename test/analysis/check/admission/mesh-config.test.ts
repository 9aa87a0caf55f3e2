import { checkFiles } from '../../../../lib/check';

const says = (config: string) =>
  checkFiles(
    [
      {
        file: 'a.yaml',
        text: `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec: {meshConfig: ${config}}\n`,
      },
    ],
    { rules: ['mesh-config-refused'] },
  ).map(({ found }) => found);

test.each([
  ['{defaultConfig: {discoveryAddress: "istiod.istio-system.svc:15012", drainDuration: 45s, statusPort: 15020}}'],
  ['{defaultConfig: {tracing: {zipkin: {address: "[::1]:9411"}}}, connectTimeout: 10s}'],
  [`{defaultConfig: {tracing: {zipkin: {address: "\${ZIPKIN}"}}}}`],
  [`{extensionProviders: [{opentelemetry: {service: "\${SERVICE}", port: 4317}}]}`],
  ['{defaultConfig: {drainDuration: 45000ms}}'],
  ['{extensionProviders: [{name: otel, opentelemetry: {service: otel.tracing.svc.cluster.local, port: 4317}}]}'],
  [
    '{extensionProviders: [{name: otel, opentelemetry: {service: tracing/otel.tracing.svc.cluster.local, port: 4317}}]}',
  ],
  ['{extensionProviders: [{name: log, envoyFileAccessLog: {path: /dev/stdout}}, {name: metrics, prometheus: {}}]}'],
])('istiod takes %s', (config) => expect(says(config)).toEqual([]));

test.each([
  [
    '{defaultConfig: {discoveryAddress: istiod.istio-system.svc}}',
    '"istiod.istio-system.svc" is not a host and a port',
  ],
  [
    '{defaultConfig: {tracing: {zipkin: {address: "http://zipkin:9411"}}}}',
    '"http://zipkin:9411" is not a host and a port',
  ],
  ['{defaultConfig: {envoyAccessLogService: {address: "als:70000"}}}', '"als:70000" is not a host and a port'],
  ['{defaultConfig: {statusPort: 70000}}', '70000 is not a port number'],
  ['{defaultConfig: {drainDuration: 1.5s}}', 'drainDuration "1.5s" is more precise than a second'],
  ['{connectTimeout: 0s}', '"0s" is shorter than 1ms'],
  ['{localityLbSetting: {distribute: [{from: a/*, to: {a/*: 50}}]}}', 'the weights add up to 50 instead of 100'],
  ['{defaultTrafficPolicy: {connectionPool: {}}}', 'the connection pool has neither http nor tcp'],
  [
    '{extensionProviders: [{name: otel, opentelemetry: {service: otel.tracing.svc.cluster.local}}]}',
    'the extension provider "otel" has no port',
  ],
  [
    '{extensionProviders: [{name: zipkin, zipkin: {service: "http://zipkin", port: 9411}}]}',
    '"http://zipkin" is not a host of a service',
  ],
  ['{extensionProviders: [{name: otel}]}', 'the extension provider "otel" says no kind'],
  ['{extensionProviders: [{prometheus: {}}]}', 'an extension provider has no name'],
  [
    '{extensionProviders: [{name: a, envoyExtAuthzHttp: {service: a.example, port: 80, pathPrefix: check}}]}',
    'pathPrefix "check" does not begin with /',
  ],
  [
    '{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: a.example, port: 80, statusOnError: unavailable}}]}',
    'statusOnError "unavailable" is not an HTTP status',
  ],
])('istiod refuses %s', (config, problem) => expect(says(config)).toEqual([problem]));
