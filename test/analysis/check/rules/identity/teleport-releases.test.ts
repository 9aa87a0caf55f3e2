import { check } from '../../../../../lib/check';
import { readManifests } from '../../../../../lib/model/documents/read-manifests';
import { Target } from '../../../../../lib/upstream/releases/target';

/** Ids of the rules that speak, and what they found. */
function found(text: string, teleport = '18.11.10'): readonly string[] {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return check(manifests, { target: Target.of({ teleport }) }).map((one) => `${one.rule}: ${one.found}`);
}

const token = (allow: string) =>
  `kind: token\nversion: v2\nmetadata: {name: join}\nspec: {roles: [Bot], bot_name: b, join_method: kubernetes, kubernetes: {type: in_cluster, allow: [${allow}]}}\n`;
const tbot = (text: string) => `version: v2\nproxy_server: teleport.example.com:443\n${text}\n`;
const identity = (rules: string) =>
  `kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: {spiffe: {id: '/ns/{{ workload.kubernetes.namespace }}'}, rules: {allow: [${rules}]}}\n`;
const ruleIds = (lines: readonly string[]) => lines.map((line) => line.split(':')[0]);

test.each(['tbot-*', 'tbo?', '*'])('accounts may be given in halves with wildcards (%s)', (name) => {
  const allow = `{service_account_name: "${name}", service_account_namespace: teleport}`;

  expect(found(token(allow), '18.8.1')).toEqual([]);
  expect(found(token(allow), '18.8.0')).toEqual([expect.stringMatching(/^join-allow: .* need Teleport 18\.8\.1/)]);
});

test.each([
  ['{service_account_name: tbot}', 'service_account_namespace is not given'],
  ['{service_account_namespace: teleport}', 'service_account_name is not given'],
  ['{service_account: "a:b", service_account_name: b, service_account_namespace: a}', 'whole and in halves'],
  ['{service_account: "a:*"}', 'is not namespace:name'],
])('half an account is refused: %s', (allow, problem) => {
  expect(found(token(allow))).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ['env0', '18.4.0', '18.3.9'],
  ['generic_oidc', '18.11.0', '18.10.1'],
])('tbot joins by %s from Teleport %s on', (method, since, before) => {
  const text = tbot(`onboarding: {join_method: ${method}, token: a}`);

  expect(found(text, since)).toEqual([]);
  expect(found(text, before)).toEqual([expect.stringMatching(`^join-method-known: .*needs Teleport ${since}`)]);
});

test.each([
  'onboarding: {join_method: kubernetes, token: a, kubernetes: {token_path: /var/run/token}}',
  'onboarding: {join_method: generic_oidc, token: a, generic_oidc: {env: TOKEN}}',
  'onboarding: {join_method: generic_oidc, token: a, generic_oidc: {command: [get, token], timeout: 5s}}',
  'services: [{type: identity/key-agent, destination: {type: memory}}]',
  'services: [{type: workload-identity-x509, selector: {name: a}, destination: {type: memory}, trust_domains: [b.example]}]',
])('tbot knows %s', (text) => {
  expect(ruleIds(found(tbot(text)))).not.toContain('unknown-field');
  expect(ruleIds(found(tbot(text)))).not.toContain('invalid-value');
});

test('an empty list in a condition is taken by Teleport, and said to be without effect', () => {
  const rules = (operator: string) =>
    identity(
      `{conditions: [{attribute: workload.kubernetes.attested, eq: {value: "true"}}, {attribute: workload.kubernetes.namespace, ${operator}: {values: []}}]}`,
    );

  expect(found(rules('in'))).toEqual([expect.stringMatching(/^condition-without-values: .* never matches$/)]);
  expect(found(rules('not_in'))).toEqual([expect.stringMatching(/^condition-without-values: .* always matches$/)]);
});

test.each([
  ['roles', tbot('services: [{type: identity, roles: [a], destination: {type: memory}}]')],
  ['auth_server', 'version: v2\nauth_server: example.teleport.sh:443\nonboarding: {join_method: token, token: /a}\n'],
  ['spiffe-svid', tbot('services: [{type: spiffe-svid}]')],
  ['allow.spiffe', 'kind: role\nversion: v7\nmetadata: {name: a}\nspec: {allow: {spiffe: [{path: /a}]}}\n'],
  [
    'workload_identity_x509_issuer_override',
    'kind: workload_identity_x509_issuer_override\nversion: v1\nmetadata: {name: default}\nspec: {overrides: []}\n',
  ],
])('Teleport 19 refuses %s, 18 does not', (what, text) => {
  const removed = (teleport: string) => found(text, teleport).filter((line) => line.startsWith('teleport-19-removed'));

  expect(removed('19.0.0')).toEqual([expect.stringContaining(what)]);
  expect(removed('18.11.10')).toEqual([]);
  expect(ruleIds(found(text, '19.0.0'))).not.toContain('deprecated-key');
});

test('an Auth Service at its own port is not a proxy', () => {
  expect(
    ruleIds(
      found('version: v2\nauth_server: auth.example.com:3025\nonboarding: {join_method: token, token: /a}\n', '19.0.0'),
    ),
  ).not.toContain('teleport-19-removed');
});

test.each([
  ['spiffe-tls', '18.11.10', ['authority-override-too-new']],
  ['spiffe-tls', '19.0.0', []],
  ['user', '18.11.10', []],
])('cert_authority_override of kind %s with Teleport %s', (kind, teleport, expected) => {
  const text = `kind: cert_authority_override\nsub_kind: ${kind}\nversion: v1\nmetadata: {name: example.teleport.sh}\nspec: {certificate_overrides: []}\n`;

  expect(ruleIds(found(text, teleport))).toEqual(expected);
});

test('an override of the SPIFFE authority endangers chains as the one before it does', () => {
  const override =
    'kind: cert_authority_override\nsub_kind: spiffe-tls\nversion: v1\nmetadata: {name: example.teleport.sh}\nspec: {certificate_overrides: []}\n';
  const socket = tbot(
    'services: [{type: workload-identity-api, listen: "unix:///run/tbot/workload.sock", selector: {name: a}}]',
  );

  expect(ruleIds(found(`${override}---\n${socket}`, '18.10.1'))).toContain('issuer-override-sds');
  expect(ruleIds(found(`${override}---\n${socket}`, '19.0.0'))).not.toContain('issuer-override-sds');
});
