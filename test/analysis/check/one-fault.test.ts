import { RULES } from '../../../lib/analysis/check/rules/all-rules';
import { checkFiles } from '../../../lib/check';

/** The rules that have a finding in the documents. */
function rulesFor(text: string, options: Parameters<typeof checkFiles>[1] = {}): readonly string[] {
  return checkFiles([{ file: 'a.yaml', text }], options).map(({ rule }) => rule);
}

const object = (kind: string, spec: string, metadata = '') =>
  `apiVersion: security.istio.io/v1\nkind: ${kind}\nmetadata: {name: a, namespace: shop${metadata}}\nspec: ${spec}\n`;
const policy = (spec: string, metadata = '') => object('AuthorizationPolicy', spec, metadata);
const target = (ref: string) => policy(`{targetRefs: [{${ref}}], rules: [{from: [{source: {namespaces: [shop]}}]}]}`);
const tokens = (rule: string) => object('RequestAuthentication', `{jwtRules: [{${rule}}]}`);
const routes = (rule: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: shop}\nspec: {hosts: [a.example], tls: [${rule}]}\n`;
const telemetry = (tag: string) =>
  `apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a, namespace: shop}\nspec: {tracing: [{customTags: {team: {${tag}}}}]}\n`;

describe('what the schema sees', () => {
  test.each([
    ['a field that is missing', target('group: "", kind: Service')],
    ['a key that is missing', policy('{rules: [{when: [{values: [a]}]}]}')],
    ['a kind that is missing', target('group: "", name: web')],
    ['a match of TLS that is missing', routes('{route: [{destination: {host: a.example}}]}')],
    [
      'a value of the wrong type, with all that a rule takes it for',
      policy('{action: DENY, rules: [{from: {source: {namespaces: [shop]}}}]}'),
    ],
  ])('is said once, of %s', (_, text) => expect(rulesFor(text)).toEqual(['invalid-value']));

  test.each([
    ['policy-target-ref', target('group: "", kind: Service, name: ""')],
    ['telemetry-refused', telemetry('literal: {value: ""}')],
    ['jwt-rule', tokens('issuer: "https://id.example", audiences: [""]')],
    ['jwt-rule', tokens('issuer: "https://id.example", fromHeaders: [{name: ""}]')],
  ])('is left to %s where a value is there', (rule, text) => expect(rulesFor(text)).toEqual([rule]));

  test('is left to the rule that knows why a field is unknown', () => {
    const text = policy(
      '{rules: [{from: [{source: {trustDomains: [example.teleport.sh], principals: [a/ns/b/sa/c]}}]}]}',
    );
    const rules = checkFiles([{ file: 'a.yaml', text }], { target: { istio: '1.29.8' } }).map(({ rule }) => rule);
    expect(rules).toContain('trustdomains-before-1.30');
    expect(rules).not.toContain('unknown-field');
  });

  test('stays beside another fault of the same object', () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{command: [a]}]}\n';
    const rules = rulesFor(pod, { rules: ['invalid-value', 'workload-refused'] });
    expect(rules).toEqual(['invalid-value', 'workload-refused']);
  });
});

describe('a rule that yields to another', () => {
  const empty = policy('{rules: [{from: []}]}');

  test('is silent beside the cause', () => {
    expect(rulesFor(empty, { rules: ['allow-all-rule', 'policy-empty-part'] })).toEqual(['policy-empty-part']);
  });

  test('speaks where the cause is in another part, or is not looked for', () => {
    const two = policy('{rules: [{}, {from: []}]}');
    expect(rulesFor(two, { rules: ['allow-all-rule', 'policy-empty-part'] })).toEqual([
      'allow-all-rule',
      'policy-empty-part',
    ]);
    expect(rulesFor(empty, { rules: ['allow-all-rule'] })).toEqual(['allow-all-rule']);
  });

  test('speaks where the cause is suppressed', () => {
    const text = policy('{rules: [{from: []}]}', ', annotations: {teleport-istio.dev/ignore.policy-empty-part: known}');
    expect(rulesFor(text, { rules: ['allow-all-rule', 'policy-empty-part'] })).toEqual(['allow-all-rule']);
  });

  test('speaks where the cause is only a warning and its own finding an error', () => {
    const identity = `kind: workload_identity
version: v1
metadata: {name: mesh}
spec:
  spiffe: {id: "/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}"}
  rules: {allow: [{conditions: [{attribute: workload.kubernetes.namespace, in: {values: [shop]}}]}]}
`;
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: front-end, namespace: checkout}\n';
    const caller = policy('{rules: [{from: [{source: {principals: [example.teleport.sh/ns/checkout/sa/frontend]}}]}]}');
    const text = [identity, account, caller].join('---\n');
    const only = { rules: ['principal-not-issued', 'principal-without-service-account'] };
    expect(rulesFor(text, only)).toEqual(['principal-not-issued', 'principal-without-service-account']);
    expect(rulesFor(text, { ...only, complete: true })).toEqual(['principal-without-service-account']);
  });

  test.each([
    ['hosts: ["https://a.example"]', ['host-syntax']],
    ['hosts: [" a.example"]', ['value-with-space']],
    ['hosts: [a.example]', ['host-without-port']],
    ['hosts: ["*.example.*"]', ['wildcard-inside']],
    ['paths: [" /a"]', ['value-with-space']],
    ['paths: ["a/{*}.json"]', ['policy-path-template']],
    ['methods: [any]', ['method-any']],
    ['methods: [get]', ['method-case']],
  ])('says one thing of {%s}', (operation, rules) => {
    const about = RULES.map(({ id }) => id).filter((id) => /^(host|method|path|policy-path|value|wildcard)-/.test(id));
    const text = policy(`{action: DENY, rules: [{to: [{operation: {${operation}}}]}]}`);
    expect(rulesFor(text, { rules: about })).toEqual(rules);
  });

  test('yields to rules that exist and do not yield themselves', () => {
    for (const { id, yieldsTo = [] } of RULES) {
      const owners = RULES.filter((rule) => yieldsTo.includes(rule.id));
      expect([id, owners.length]).toEqual([id, yieldsTo.length]);
      expect(owners.filter((rule) => rule.yieldsTo?.includes(id))).toEqual([]);
    }
  });
});

test('a port below 0, which some schemas see and others do not, is one finding', () => {
  const entry = (port: number) =>
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a, namespace: shop}\nspec: {hosts: [a.example], resolution: DNS, ports: [{number: ${port}, name: tls, protocol: TLS}]}\n`;
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: -1}]}\n';
  expect(rulesFor(entry(443))).toEqual([]);
  expect(rulesFor(entry(-1))).toEqual(['service-entry-refused']);
  expect(rulesFor(service)).toEqual(['service-refused']);
});
