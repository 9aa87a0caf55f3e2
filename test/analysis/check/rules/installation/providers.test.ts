import { checkFiles } from '../../../../../lib/check';

function found(
  rule: string,
  options: { readonly complete?: boolean },
  ...documents: readonly string[]
): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule], ...options }).map(({ pointer }) => pointer);
}

const mesh = (provider: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh, namespace: istio-system}\nspec: {meshConfig: {extensionProviders: [${provider}]}}\n`;
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: opa, namespace: auth}\nspec: {selector: {app: opa}, ports: [{name: grpc, port: 9191}]}\n';

describe('the Service of an authorizer', () => {
  const grpc = (host: string, port: string | number = 9191) =>
    mesh(`{name: opa, envoyExtAuthzGrpc: {service: ${host}, port: ${port}}}`);
  const HOST = 'opa.auth.svc.cluster.local';
  const rule = 'authorizer-service-missing';
  const at = '/spec/meshConfig/extensionProviders/0/envoyExtAuthzGrpc';

  test('has the port', () => {
    expect(found(rule, {}, grpc(HOST), SERVICE)).toEqual([]);
    expect(found(rule, {}, grpc(HOST, 9000), SERVICE)).toEqual([`${at}/port`]);
    expect(found(rule, {}, grpc(`auth/${HOST}`, 9000), SERVICE)).toEqual([`${at}/port`]);
    expect(found(rule, {}, mesh(`{name: opa, envoyExtAuthzHttp: {service: ${HOST}, port: 1}}`), SERVICE)).toHaveLength(
      1,
    );
  });

  test('is there if all is', () => {
    expect(found(rule, {}, grpc(HOST))).toEqual([]);
    expect(found(rule, { complete: true }, grpc(HOST))).toEqual([`${at}/service`]);
    expect(found(rule, { complete: true }, grpc('opa.example.com'))).toEqual([]);
    const entry =
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a, namespace: auth}\nspec: {hosts: [opa.auth.svc.cluster.local]}\n';
    expect(found(rule, { complete: true }, grpc(HOST), entry)).toEqual([]);
  });
});

describe('the provider of a Telemetry', () => {
  const telemetry = (part: string, provider: string) =>
    `apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a, namespace: shop}\nspec: {${part}: [{providers: [{name: ${provider}}]}]}\n`;
  const OTEL = mesh('{name: otel, opentelemetry: {service: a, port: 1}}');
  const rule = 'telemetry-provider-unknown';

  test.each([
    ['tracing', 'otel', 0],
    ['tracing', 'zipkin', 1],
    ['accessLogging', 'envoy', 0],
    ['accessLogging', 'logs', 1],
    ['metrics', 'prometheus', 0],
  ])('%s by %s', (part, provider, findings) =>
    expect(found(rule, {}, OTEL, telemetry(part, provider))).toHaveLength(findings),
  );

  test('may be in a configuration that is elsewhere', () => {
    expect(found(rule, {}, telemetry('tracing', 'zipkin'))).toEqual([]);
  });
});

describe('keys of tokens in the mesh', () => {
  const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: auth, labels: {istio-injection: enabled}}\n';
  const PODS =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: opa, namespace: auth}\nspec: {selector: {matchLabels: {app: opa}}, template: {metadata: {labels: {app: opa}}, spec: {containers: [{name: a, image: b}]}}}\n';
  const peer = (mode: string) =>
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: auth}\nspec: {mtls: {mode: ${mode}}}\n`;
  const request = (uri: string) =>
    `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {jwtRules: [{issuer: a, jwksUri: "${uri}"}]}\n`;
  const ask = (uri: string, mode: string, ...more: readonly string[]) =>
    found('jwks-uri-strict', {}, NAMESPACE, PODS, SERVICE, peer(mode), request(uri), ...more).length;

  test.each([
    ['http://opa.auth.svc.cluster.local:9191/keys', 'STRICT', 1],
    ['http://opa.auth:9191/keys', 'STRICT', 1],
    ['http://opa.auth.svc.cluster.local:9191/keys', 'PERMISSIVE', 0],
    ['http://opa.auth.svc.cluster.local:80/keys', 'STRICT', 0],
    ['https://opa.auth.svc.cluster.local:9191/keys', 'STRICT', 0],
    ['http://id.example/keys', 'STRICT', 0],
  ])('%s with %s', (uri, mode, findings) => expect(ask(uri, mode)).toBe(findings));

  test('may be fetched by the proxies', () => {
    const remote =
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh, namespace: istio-system}\nspec: {values: {pilot: {env: {PILOT_JWT_ENABLE_REMOTE_JWKS: envoy}}}}\n';
    expect(ask('http://opa.auth:9191/keys', 'STRICT', remote)).toBe(0);
  });
});

describe('values that Argo CD sets by name', () => {
  const application = (helm: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: istiod, namespace: argocd}\nspec: {destination: {namespace: istio-system}, source: {repoURL: "https://charts.example.com", chart: istiod, targetRevision: 1.31.4, helm: {${helm}}}}\n`;
  const parameter = (name: string, value: string, more = '') => `{name: ${name}, value: "${value}"${more}}`;
  const BAD = 'spiffe://a.example';

  test.each([
    [`parameters: [${parameter('meshConfig.trustDomain', BAD)}]`, 1],
    [`parameters: [${parameter('meshConfig.trustDomain', 'a.example')}]`, 0],
    [
      `values: "meshConfig: {trustDomain: '${BAD}'}", parameters: [${parameter('meshConfig.trustDomain', 'a.example')}]`,
      0,
    ],
    [
      `valuesObject: {meshConfig: {trustDomain: "${BAD}"}}, parameters: [${parameter('meshConfig.enableTracing', 'true')}]`,
      1,
    ],
    [
      `valuesObject: {meshConfig: {trustDomain: a.example}}, parameters: [${parameter('meshConfig.trustDomain', BAD)}]`,
      1,
    ],
    [`parameters: [${parameter('meshConfig\\\\.trustDomain', BAD)}]`, 0],
  ])('{%s}', (helm, findings) => expect(found('trust-domain', {}, application(helm))).toHaveLength(findings));

  test('have the type that Helm gives them', () => {
    const strict = (value: string, more?: string) =>
      found('invalid-value', {}, application(`parameters: [${parameter('meshConfig.enableTracing', value, more)}]`))
        .length;
    expect(strict('true')).toBe(0);
    expect(strict('maybe')).toBe(1);
  });
});

test('variables of istiod in an IstioOperator are strings', () => {
  const env = (value: string) =>
    `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh, namespace: istio-system}\nspec: {components: {pilot: {k8s: {env: [{name: A, value: ${value}}]}}}}\n`;
  expect(found('invalid-value', {}, env('"true"'))).toEqual([]);
  expect(found('invalid-value', {}, env('true'))).toEqual(['/spec/components/pilot/k8s/env/0/value']);
});

test('the trust domain that a chart wrote into the values of the injector is not a mistake', () => {
  const values = 'global: {trustDomain: cluster.local}\npilot: {enabled: true}\n';
  const injector = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\ndata:\n  values: |\n    {"global": {"trustDomain": "cluster.local"}, "pilot": {"enabled": true}}\n`;
  expect(found('global-trust-domain', {}, values)).toEqual(['/global/trustDomain']);
  expect(found('global-trust-domain', {}, injector)).toEqual([]);
});
