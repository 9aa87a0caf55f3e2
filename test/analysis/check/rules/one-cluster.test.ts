import { checkFiles } from '../../../../lib/check';

/** The severities of one rule's findings. */
function severities(rule: string, files: Readonly<Record<string, string>>, complete = false): readonly string[] {
  const list = Object.entries(files).map(([file, text]) => ({ file, text }));
  return checkFiles(list, { rules: [rule], complete }).map(({ severity }) => severity);
}

/** The same object in two files, of which one is applied: what stands elsewhere may be for the other. */
const ALTERNATIVES = {
  'one/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: b}\n',
  'two/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: b, labels: {c: d}}\n',
};

const MESH = (tag: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh, namespace: istio-system}\nspec: {tag: ${tag}, meshConfig: {extensionProviders: []}}\n`;
const policy = (spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {${spec}}\n`;
const NAMESPACE =
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}\n';
const PODS =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostNetwork: true, containers: [{name: a, image: b}]}}}\n';

test.each([
  ['istio-policy-bypass', MESH('1.30.2'), policy('rules: [{to: [{operation: {paths: [/a]}}]}]')],
  ['custom-policy', MESH('1.31.4'), policy('action: CUSTOM, provider: {name: a}, rules: [{}]')],
  ['pod-security-refused', NAMESPACE, PODS],
])('%s joins files, and is not sure of them where some are alternatives of others', (rule, one, other) => {
  const files = { 'a.yaml': one, 'b.yaml': other };
  const sure = severities(rule, files);
  expect(sure).toContain('error');
  expect(severities(rule, { ...files, ...ALTERNATIVES })).toEqual(sure.map(() => 'warning'));
  expect(severities(rule, { ...files, ...ALTERNATIVES }, true)).toEqual(sure);
});

test('what Istio refuses in one policy is an error wherever it stands', () => {
  const files = { 'a.yaml': policy('action: CUSTOM, rules: [{}]') };
  expect(severities('custom-policy', { ...files, ...ALTERNATIVES })).toEqual(['error']);
});

test('a field is not surely wrong in a file for an older Istio than all whose fields are known', () => {
  const mesh = (tag: string) => MESH(tag).replace('extensionProviders: []', 'disablePolicyChecks: true');
  expect(severities('unknown-field', { 'a.yaml': mesh('1.31.4') })).toEqual(['error']);
  expect(severities('unknown-field', { 'a.yaml': mesh('1.5.0') })).toEqual(['warning']);
  expect(severities('unknown-field', { 'a.yaml': mesh('1.31.4'), 'b.yaml': MESH('1.5.0') })).toEqual(['error']);
});
