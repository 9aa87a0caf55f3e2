import { checkFiles } from '../../../../lib/check';

const values = (more: string, templates = 'gateway,spire') =>
  `name: istio-ingress\npodAnnotations: {inject.istio.io/templates: "${templates}"}\n${more}\n`;
const RUN = '{name: workload-socket, mountPath: /run/secrets/workload-spiffe-uds}';
const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: ${container}, image: "a:1.0.0", volumeMounts: [${RUN}]}]}\n`;

const says = (rule: string, text: string) =>
  checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).map(({ pointer }) => pointer);

test("volumes of the gateway chart are its pods'", () => {
  const socket = (source: string) => values(`volumes: [{name: workload-socket, ${source}}]`);
  expect(says('csi-not-readonly', socket('csi: {driver: csi.spiffe.io}'))).toEqual(['/volumes/0/csi']);
  expect(says('csi-not-readonly', socket('csi: {driver: csi.spiffe.io, readOnly: true}'))).toEqual([]);
  expect(says('volume-two-sources', socket('emptyDir: {}, csi: {driver: csi.spiffe.io}'))).toEqual(['/volumes/0']);
});

test('volumes in the values of another chart are not', () => {
  const text =
    'meshConfig: {trustDomain: a.example}\nvolumes: [{name: workload-socket, csi: {driver: csi.spiffe.io}}]\n';
  expect(says('csi-not-readonly', text)).toEqual([]);
});

test('a mount under /run is one too many in the gateway chart and in a pod without volumes of its own', () => {
  expect(says('mount-path-run', values(`volumeMounts: [${RUN}]`))).toEqual(['/volumeMounts/0']);
  expect(says('mount-path-run', values(`volumeMounts: [${RUN.replace('/run', '/var/run')}]`))).toEqual([]);
  expect(says('mount-path-run', pod('istio-proxy'))).toEqual(['/spec/containers/0/volumeMounts/0']);
  expect(says('mount-path-run', pod('istio-proxy').replace('a:1.0.0', 'auto'))).toHaveLength(1);
  expect(says('mount-path-run', pod('app'))).toEqual([]);
});
