import { checkFiles } from '../../../../../lib/check';
import { Target } from '../../../../../lib/upstream/releases/target';

const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const job = (extra = '', command = '[report]') =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: report, namespace: shop}\nspec: {template: {metadata: {labels: {app: report${extra}}}, spec: {serviceAccountName: report, restartPolicy: Never, containers: [{name: report, image: "ghcr.io/example/report:1.0.0", command: ${command}}]}}}\n`;
const installation = (native: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {values: {pilot: {env: {ENABLE_NATIVE_SIDECARS: "${native}"}}}}\n`;

const says = (documents: readonly string[], kubernetes = '1.33') =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], {
    rules: ['job-never-ends'],
    target: Target.of({ kubernetes }),
  }).map(({ values }) => values.because);

test('the installation, or the cluster, decides where the pods say nothing', () => {
  expect(says([namespace, job()])).toEqual([]);
  expect(says([namespace, job(), installation('true')], '1.32')).toEqual([]);
  expect(says([namespace, job(), installation('false')])).toEqual([
    'ENABLE_NATIVE_SIDECARS is "false" in Istio\'s installation',
  ]);
  expect(says([namespace, job()], '1.32')).toEqual([
    expect.stringMatching(/^Istio 1\.\d+\.\d+ does not use native sidecars on Kubernetes 1\.32.* by default$/),
  ]);
});

test.each([
  [
    'a container that ends the proxy',
    [namespace, job('', '[sh, -c, "report; curl -X POST localhost:15020/quitquitquit"]')],
  ],
  ['pods that are not injected', [namespace, job(', sidecar.istio.io/inject: "false"')]],
  ['a namespace that is not known', [job()]],
])('silent on %s', (_, documents) => {
  expect(says([...documents, installation('false')])).toEqual([]);
});
