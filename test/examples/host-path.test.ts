import { load } from 'js-yaml';
import { committedOutput, findManifest, freshOutput, type Manifest } from './example-output';

const output = committedOutput('host-path');
const find = findManifest(output);
const operator = find('IstioOperator', 'istio').spec;

/** Where tbot makes its socket. */
const socketPath = new URL((load(find('ConfigMap', 'tbot').data['tbot.yaml']) as Manifest).services[0].listen).pathname;
const directory = socketPath.slice(0, socketPath.lastIndexOf('/'));

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('host-path'));
});

test('tbot, every sidecar and the gateway mount the directory of the socket, and none the socket itself', () => {
  const template = load(operator.values.sidecarInjectorWebhook.templates.spire) as Manifest;
  const [{ k8s }] = operator.components.ingressGateways;
  const inPods = { name: 'workload-socket', hostPath: { path: directory, type: 'DirectoryOrCreate' } };
  expect(template.spec.volumes).toEqual([inPods]);
  expect(k8s.overlays[0].patches.map((patch: Manifest) => patch.value)).toEqual([inPods]);

  const pod = find('DaemonSet', 'tbot').spec.template.spec;
  const volume = pod.volumes.find(({ hostPath }: Manifest) => hostPath?.path === directory);
  const mount = pod.containers[0].volumeMounts.find(({ name }: Manifest) => name === volume.name);
  expect(mount.mountPath).toBe(directory);
  expect(mount.subPath).toBeUndefined();
});

test('proxies look for the file that tbot makes, under a name that makes them fail closed', () => {
  const fileName = operator.meshConfig.defaultConfig.proxyMetadata.WORKLOAD_IDENTITY_SOCKET_FILE;
  expect(`${directory}/${fileName}`).toBe(socketPath);
  expect(fileName).not.toBe('socket');
});

test('there is no CSI driver, and namespaces of injected pods admit host paths', () => {
  expect(Object.values(output).join('')).not.toMatch(/csi.spiffe.io|spiffe-csi-driver|CSIDriver/);
  const { labels } = find('Namespace', 'test-app').metadata;
  expect(labels).toMatchObject({
    'istio-injection': 'enabled',
    'pod-security.kubernetes.io/enforce': 'privileged',
  });
});
