import { checkFiles } from '../../../../lib/check';

const found = (text: string, ...rules: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text }], { rules }).map((one) => one.found);

const tbot = (address: string, services = '[]') =>
  `version: v2\nproxy_server: "${address}"\nonboarding: {join_method: kubernetes, token: mesh}\nservices: ${services}\n`;

test.each(['example.teleport.sh:443', '192.0.2.1:443', '[2001:db8::1]:443', '[::1]:3025', '[fe80::1%eth0]:443'])(
  'the address %s has a port',
  (address) => {
    expect(found(tbot(address), 'address-exclusive')).toEqual([]);
  },
);

test.each(['example.teleport.sh', '[2001:db8::1]', '2001:db8::1', '[example]:443', '[]:443', 'a b:443'])(
  'the address %s has none that tbot could read',
  (address) => {
    expect(found(tbot(address), 'address-exclusive')).toEqual([`"${address}" has no port`]);
  },
);

describe('roles of a service', () => {
  const services = (type: string, roles: string) =>
    tbot('a.example:443', `[{type: ${type}, roles: ${roles}, destination: {type: memory}}]`);

  test.each(['identity', 'database', 'application-tunnel'])('are outdated in %s', (type) => {
    expect(found(services(type, '[access]'), 'deprecated-key')).toEqual([
      'the list "roles" of a service is deprecated',
    ]);
  });

  test('do nothing if there are none, and are unknown to the services of workload identity', () => {
    expect(found(services('identity', '[]'), 'deprecated-key')).toEqual([]);
    expect(found(services('workload-identity-x509', '[access]'), 'deprecated-key')).toEqual([]);
    expect(found(services('workload-identity-x509', '[access]'), 'unknown-field')).toHaveLength(1);
  });
});

test('a JWKS that is absent is not called one that is not JSON', () => {
  const token = (jwks: string) =>
    `kind: token\nversion: v2\nmetadata: {name: mesh}\nspec: {roles: [Bot], bot_name: a, join_method: kubernetes, kubernetes: {type: static_jwks, allow: [{service_account: "a:b"}]${jwks}}}\n`;
  expect(found(token(''), 'join-keys')).toEqual(['static_jwks has no JWKS']);
  expect(found(token(', static_jwks: {jwks: ""}'), 'join-keys')).toEqual(['static_jwks has no JWKS']);
  expect(found(token(', static_jwks: {jwks: none}'), 'join-keys')).toEqual(['the JWKS is not JSON']);
});

test('an OIDC issuer may be an http URL where the token allows it', () => {
  const token = (oidc: string) =>
    `kind: token\nversion: v2\nmetadata: {name: mesh}\nspec: {roles: [Bot], bot_name: a, join_method: kubernetes, kubernetes: {type: oidc, allow: [{service_account: "a:b"}], oidc: {${oidc}}}}\n`;
  const problem = ['the issuer is not an https URL'];
  expect(found(token('issuer: "https://a.example"'), 'join-keys')).toEqual([]);
  expect(found(token('issuer: "http://a.example"'), 'join-keys')).toEqual(problem);
  expect(found(token('issuer: "http://a.example", insecure_allow_http_issuer: false'), 'join-keys')).toEqual(problem);
  expect(found(token('issuer: "http://a.example", insecure_allow_http_issuer: true'), 'join-keys')).toEqual([]);
  expect(found(token('issuer: a.example, insecure_allow_http_issuer: true'), 'join-keys')).toEqual(problem);
});

test('an identity without an ID is told so once', () => {
  const overlay =
    'meshConfig: {trustDomain: a.example, defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: w.sock}}}\nsidecarInjectorWebhook: {templates: {spire: "spec: {volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]}"}}\n';
  const text = `${overlay}---\nkind: workload_identity\nversion: v1\nmetadata: {name: mesh}\nspec: {}\n---\n${tbot('a.example:443', '[{type: workload-identity-api, listen: "unix:///run/w.sock", selector: {name: mesh}}]')}`;
  const rules = ['spiffe-id-shape', 'identity-unattested', 'rules-empty', 'spiffe-path-not-ns-sa', 'template-attr'];
  expect(found(text, ...rules)).toEqual(['the SPIFFE ID is missing']);
});

// Go listens on host:port; the host may be empty, and the port a name (net.Listen).
describe('the address of diagnostics', () => {
  const diagnostics = (address: string) =>
    found(`version: v2\nproxy_server: a.example:443\ndiag_addr: "${address}"\nservices: []\n`, 'diag-addr-invalid');

  test.each(['0.0.0.0:3001', ':3001', '[::]:3001', 'localhost:0', 'localhost:http', '', '{{ .Values.address }}'])(
    'may be %j',
    (address) => expect(diagnostics(address)).toEqual([]),
  );

  test.each([
    ['0.0.0.0', 'no port'],
    ['3001', 'no port'],
    ['::1', 'no port'],
    ['[::1]', 'no port'],
    ['http://0.0.0.0:3001', 'a scheme'],
    ['0.0.0.0:99999', 'the port 99999'],
  ])('cannot be %s', (address, problem) =>
    expect(diagnostics(address)).toEqual([`diag_addr is "${address}", which has ${problem}`]),
  );
});

// gravitational/teleport lib/tbot/config/config.go (CheckAndSetDefaults) logs an error.
it('finds destinations that outputs share', () => {
  const outputs = (one: string, other: string, more = '') =>
    found(
      `version: v2\nproxy_server: a.example:443\n${more}services: [{type: identity, destination: ${one}}, {type: identity, destination: ${other}}]\n`,
      'tbot-destination-twice',
    );
  const directory = (path: string) => `{type: directory, path: ${path}}`;
  const secret = (name: string, rest = '') => `{type: kubernetes_secret, name: ${name}${rest}}`;
  expect(outputs(directory('/a'), directory('/b'))).toEqual([]);
  expect(outputs('{type: memory}', '{type: memory}')).toEqual([]);
  expect(outputs(secret('a'), directory('a'))).toEqual([]);
  expect(outputs(secret('a', ', namespace: b'), secret('a', ', namespace: c'))).toEqual([]);
  expect(outputs(directory('/a'), directory('/a'))).toEqual(['directory /a is the destination of another output too']);
  expect(outputs(secret('a'), secret('a'))).toEqual(['Secret a is the destination of another output too']);
  expect(outputs(directory('/a'), directory('/b'), `storage: ${directory('/b')}\n`)).toEqual([
    'directory /b is the destination of another output too',
  ]);
});

// istio/istio manifests/charts/base/files/crd-all.gen.yaml: only one of jwks and jwksUri.
it('refuses keys of a token that are given twice', () => {
  const keys = (fields: string) =>
    found(
      `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: b}\nspec: {jwtRules: [{issuer: "https://a.example", ${fields}}]}\n`,
      'jwt-rule',
    );
  const JWKS = `jwks: '{"keys":[]}'`;
  const problems = ['jwks and jwksUri are both set'];
  expect(keys(JWKS)).toEqual([]);
  expect(keys('jwksUri: "https://a.example/keys"')).toEqual([]);
  expect(keys(`${JWKS}, jwksUri: "https://a.example/keys"`)).toEqual(problems);
  expect(keys(`${JWKS}, jwks_uri: "https://a.example/keys"`)).toEqual(problems);
});
