import { JsonPatch, Testing } from 'cdk8s';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { SpiffeCsiDriver } from '../../../lib/constructs/csi/spiffe-csi-driver';
import type { SpiffeCsiDriverProps } from '../../../lib/constructs/csi/spiffe-csi-driver-props';
import { Target } from '../../../lib/upstream/releases/target';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';

function synth(props: Partial<SpiffeCsiDriverProps> = {}) {
  const chart = Testing.chart();
  new SpiffeCsiDriver(chart, 'csi', { socket: WorkloadApiSocket.csi(), namespace: 'mesh-identity', ...props });
  const [serviceAccount, csiDriver, daemonSet] = Testing.synth(chart);
  const pod = daemonSet.spec.template.spec;
  const [driver, registrar] = pod.containers;
  return { serviceAccount, csiDriver, daemonSet, pod, driver, registrar };
}

function refusal(props: Partial<SpiffeCsiDriverProps>): InvalidInputError {
  try {
    synth(props);
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function hostPath(pod: { volumes: { name: string; hostPath: { path: string } }[] }, name: string) {
  return pod.volumes.find((volume) => volume.name === name)?.hostPath.path;
}

test('the CSIDriver object declares what the driver can do: ephemeral volumes of a shared directory', () => {
  const { csiDriver } = synth();
  expect(csiDriver).toEqual({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: expect.objectContaining({ name: 'csi.spiffe.io' }),
    spec: {
      attachRequired: false,
      podInfoOnMount: true,
      fsGroupPolicy: 'None',
      volumeLifecycleModes: ['Ephemeral'],
    },
  });
});

test('the directory handed to pods is the one where tbot puts its socket', () => {
  const socket = WorkloadApiSocket.csi({ directory: '/run/other', fileName: 'api.sock' });
  const { pod, driver } = synth({ socket });
  const mount = driver.volumeMounts.find((m: { name: string }) => m.name === 'workload-api');
  expect(hostPath(pod, 'workload-api')).toBe('/run/other');
  expect(driver.args).toEqual(expect.arrayContaining(['-workload-api-socket-dir', mount.mountPath]));
  expect(mount.readOnly).toBe(true);
});

test("the driver's name is one value: object, argument, directory and registration", () => {
  const { csiDriver, pod, driver, registrar } = synth({
    socket: WorkloadApiSocket.csi({ driverName: 'csi.example.com' }),
  });
  expect(csiDriver.metadata.name).toBe('csi.example.com');
  expect(driver.args).toEqual(expect.arrayContaining(['-plugin-name', 'csi.example.com']));
  expect(hostPath(pod, 'plugin')).toBe('/var/lib/kubelet/plugins/csi.example.com');
  expect(registrar.args).toContain('--kubelet-registration-path=/var/lib/kubelet/plugins/csi.example.com/csi.sock');
});

test('driver and registrar meet at the same socket', () => {
  const { driver, registrar } = synth();
  const inDriver = driver.args[driver.args.indexOf('-csi-socket-path') + 1];
  expect(registrar.args).toContain(`--csi-address=${inDriver}`);
  for (const container of [driver, registrar]) {
    const mount = container.volumeMounts.find((m: { name: string }) => m.name === 'plugin');
    expect(`${mount.mountPath}/csi.sock`).toBe(inDriver);
  }
});

test("mounts made in the container reach the node, at the kubelet's own path", () => {
  const { pod, driver } = synth({ kubeletDirectory: '/var/lib/k0s/kubelet' });
  const mount = driver.volumeMounts.find((m: { name: string }) => m.name === 'pods');
  expect(hostPath(pod, 'pods')).toBe('/var/lib/k0s/kubelet/pods');
  expect(mount).toEqual({ name: 'pods', mountPath: '/var/lib/k0s/kubelet/pods', mountPropagation: 'Bidirectional' });
  expect(hostPath(pod, 'registration')).toBe('/var/lib/k0s/kubelet/plugins_registry');
  expect(driver.securityContext.privileged).toBe(true);
});

test('the registrar runs without privilege and is restarted when its registration is gone', () => {
  const { registrar } = synth();
  const port = registrar.ports.find((p: { name: string }) => p.name === registrar.livenessProbe.httpGet.port);
  expect(registrar.livenessProbe.httpGet.path).toBe('/healthz');
  expect(registrar.args).toContain(`--http-endpoint=:${port.containerPort}`);
  expect(registrar.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(registrar.securityContext.privileged).toBeUndefined();
});

test('with SELinux the registrar may open the socket of the privileged driver', () => {
  expect(synth({ seLinux: true }).registrar.securityContext.privileged).toBe(true);
});

test('the driver runs on every node, is not evicted, and has no token', () => {
  const { serviceAccount, daemonSet, pod } = synth();
  expect(pod.tolerations).toEqual([{ operator: 'Exists' }]);
  expect(pod.priorityClassName).toBe('system-node-critical');
  expect(serviceAccount.automountServiceAccountToken).toBe(false);
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(daemonSet.spec.updateStrategy.rollingUpdate.maxSurge).toBe(0);
  expect(daemonSet.spec.template.metadata.labels['sidecar.istio.io/inject']).toBe('false');
});

test('images are pinned to the checked releases, also from a mirror', () => {
  expect(synth().driver.image).toBe('ghcr.io/spiffe/spiffe-csi-driver:0.2.13');
  expect(synth().registrar.image).toBe('registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.18.0');
  const mirrored = synth({
    imageRepository: 'localhost:5000/spiffe-csi-driver',
    target: Target.of({ csiDriver: '0.2.13' }),
  });
  expect(mirrored.driver.image).toBe('localhost:5000/spiffe-csi-driver:0.2.13');
});

test('the OpenShift label is written only when asked for', () => {
  const label = 'security.openshift.io/csi-ephemeral-volume-profile';
  expect(synth().csiDriver.metadata.labels).not.toHaveProperty([label]);
  expect(synth({ openShiftProfile: 'restricted' }).csiDriver.metadata.labels[label]).toBe('restricted');
});

test('every namespaced object says its namespace, and the cluster-wide one has none', () => {
  const { serviceAccount, csiDriver, daemonSet } = synth();
  expect(serviceAccount.metadata.namespace).toBe('mesh-identity');
  expect(daemonSet.metadata.namespace).toBe('mesh-identity');
  expect(csiDriver.metadata.namespace).toBeUndefined();
  expect(daemonSet.spec.template.spec.serviceAccountName).toBe(serviceAccount.metadata.name);
});

test.each<[string, Partial<SpiffeCsiDriverProps>, unknown]>([
  ['mount this socket as a host path', { socket: WorkloadApiSocket.hostPath() }, 'hostPath'],
  ['spiffe-csi#332', { target: Target.of({ csiDriver: '0.2.11' }) }, '0.2.11'],
  ['not a plain absolute path', { kubeletDirectory: 'var/lib/kubelet' }, 'var/lib/kubelet'],
  ['not a plain absolute path', { kubeletDirectory: '/var/lib/kubelet/' }, '/var/lib/kubelet/'],
  ['not a plain absolute path', { kubeletDirectory: '/var/../etc' }, '/var/../etc'],
  ['not a valid namespace name', { namespace: 'Mesh' }, 'Mesh'],
  ['not a valid object name', { name: 'csi_driver' }, 'csi_driver'],
  ['not a valid image repository', { imageRepository: 'ghcr.io/x/y:latest' }, 'ghcr.io/x/y:latest'],
  ['not a valid image repository', { registrarImageRepository: '' }, ''],
])('refuses what cannot work: %s', (problem, props, value) => {
  const error = refusal(props);
  expect(error.where).toBe('test/csi');
  expect(error.problem).toContain(problem);
  expect(error.value).toBe(value);
});

test('a patch on an exposed object survives', () => {
  const chart = Testing.chart();
  const csi = new SpiffeCsiDriver(chart, 'csi', { socket: WorkloadApiSocket.csi(), namespace: 'n' });
  csi.daemonSet.addJsonPatch(JsonPatch.add('/spec/template/spec/dnsPolicy', 'Default'));
  expect(Testing.synth(chart)[2].spec.template.spec.dnsPolicy).toBe('Default');
});
