import { checkFiles } from '../../../../../lib/check';

function found(...documents: readonly string[]): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: ['http-rule-without-waypoint'] }).map(
    ({ pointer }) => pointer,
  );
}

const namespace = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}}\n`;
const AMBIENT = namespace('istio.io/dataplane-mode: ambient');
const pods = (labels = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a${labels}}}, spec: {containers: [{name: a, image: b}]}}}\n`;
const policy = (spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {${spec}}\n`;
const GET = 'rules: [{to: [{operation: {methods: [GET]}}]}]';
const SELECTED = 'selector: {matchLabels: {app: a}}';

test.each([
  [`${SELECTED}, ${GET}`, 1],
  [GET, 1],
  [`${SELECTED}, action: DENY, ${GET}`, 1],
  [`${SELECTED}, rules: [{when: [{key: "request.headers[a]", values: [b]}]}]`, 1],
  [`${SELECTED}, rules: [{from: [{source: {namespaces: [a]}}], to: [{operation: {ports: ["80"]}}]}]`, 0],
  [`targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: waypoint}], ${GET}`, 0],
  [`selector: {matchLabels: {app: b}}, ${GET}`, 0],
])('a policy for pods of ambient mode: {%s} has %d', (spec, findings) =>
  expect(found(AMBIENT, pods(), policy(spec))).toHaveLength(findings),
);

test('a policy for pods with a sidecar may have HTTP rules', () => {
  expect(found(namespace('istio-injection: enabled'), pods(), policy(GET))).toEqual([]);
  expect(found(AMBIENT, pods(', sidecar.istio.io/inject: "true"'), policy(GET))).toEqual([]);
  expect(found(AMBIENT, pods(', istio.io/dataplane-mode: none'), policy(GET))).toEqual([]);
  expect(found(namespace('team: a'), pods(', istio.io/dataplane-mode: ambient'), policy(GET))).toHaveLength(1);
});
