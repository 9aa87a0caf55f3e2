import { checkFiles } from '../../../../../lib/check';

const namespace = (label: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled${label}}}\n`;
const LEVEL = 'pod-security.kubernetes.io/enforce';
const job = (pod: string, container: string) =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: report, namespace: shop}\nspec: {schedule: "0 4 * * *", jobTemplate: {spec: {template: {metadata: {labels: {app: report}}, spec: {serviceAccountName: report, securityContext: ${pod}, containers: [{name: report, image: "ghcr.io/example/report:1.0.0", securityContext: ${container}}]}}}}}\n`;
const installation = (values: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {values: ${values}}\n`;

const says = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: ['pod-security-refused'] }).map(
    ({ pointer, values }) => `${pointer} ${values.level}: ${values.problem}`,
  );

const SAFE_POD = '{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}';
const POD = '/spec/jobTemplate/spec/template/spec';

test('one finding names everything that is wrong with a container, at the container', () => {
  expect(says(namespace(`, ${LEVEL}: restricted`), job(SAFE_POD, '{}'))).toEqual([
    `${POD}/containers/0/securityContext restricted: container "report" allows privilege escalation; container "report" keeps capabilities`,
  ]);
});

test('a level that the API server does not know counts as restricted, as it does there', () => {
  expect(says(namespace(`, ${LEVEL}: strict`), job(SAFE_POD, '{}'))).toHaveLength(1);
});

test.each([
  ['no level', ''],
  ['privileged', `, ${LEVEL}: privileged`],
  ['baseline', `, ${LEVEL}: baseline`],
  ['another namespace', undefined],
])('%s: silent on pods that only restricted refuses', (_, label) => {
  const other = namespace(`, ${LEVEL}: restricted`).replace('name: shop', 'name: other');
  expect(says(label === undefined ? other : namespace(label), job('{}', '{}'))).toEqual([]);
});

test('the injected proxy needs a profile of the pod, unless the installation gives it one or is not known', () => {
  const own = '{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}';
  const files = [namespace(`, ${LEVEL}: restricted`), job('{runAsNonRoot: true}', own)];

  expect(says(...files)).toEqual([]);
  expect(says(...files, installation('{global: {proxy: {seccompProfile: {type: RuntimeDefault}}}}'))).toEqual([]);
  expect(says(...files, installation('{global: {istioNamespace: istio-system}}'))).toEqual([
    `${POD}/securityContext restricted: the injected proxy has no seccomp profile`,
  ]);
});
