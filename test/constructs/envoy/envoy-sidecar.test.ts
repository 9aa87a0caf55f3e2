import { Testing } from 'cdk8s';
import { load } from 'js-yaml';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { EnvoyProxy } from '../../../lib/constructs/envoy/envoy-proxy';
import { EnvoySidecar, type EnvoySidecarProps } from '../../../lib/constructs/envoy/envoy-sidecar';
import { ENVOY_VERSION } from '../../../lib/constructs/envoy/envoy-version';
import { TbotSidecar } from '../../../lib/constructs/tbot/tbot-sidecar';
import { JoinToken } from '../../../lib/constructs/teleport/join-token';
import { KubernetesJoin } from '../../../lib/constructs/teleport/kubernetes-join';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';
import { SpiffeId } from '../../../lib/upstream/spiffe/spiffe-id';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';

const server = SpiffeId.parse('spiffe://example.teleport.sh/svc/server');
const client = SpiffeId.parse('spiffe://example.teleport.sh/svc/client');
const pod: PodSpec = { serviceAccountName: 'server', containers: [{ name: 'application' }] };

function serverProxy(socket = WorkloadApiSocket.csi()) {
  return EnvoyProxy.forServer({
    identity: server,
    socket,
    listen: { port: 8443 },
    allowedPeers: [client],
    upstream: { port: 8080 },
  });
}

function sidecar(props: Partial<EnvoySidecarProps> = {}) {
  const chart = Testing.chart();
  const envoy = new EnvoySidecar(chart, 'envoy', {
    proxy: serverProxy(),
    name: 'server-envoy',
    namespace: 'demo',
    ...props,
  });
  return { envoy, manifests: Testing.synth(chart) };
}

function tbotSidecar(socket: WorkloadApiSocket, namespace = 'demo') {
  const token = new JoinToken({
    name: 'demo',
    cluster: TeleportCluster.cloud('example.teleport.sh'),
    bot: { kind: 'bot', name: 'demo' },
    join: KubernetesJoin.staticJwks(),
    serviceAccounts: [{ namespace, name: 'server' }],
  });
  return new TbotSidecar(Testing.chart(), 'tbot', { token, identity: { name: 'server' }, socket });
}

function envoyIn({ containers }: PodSpec) {
  const container = containers.find(({ name }) => name === 'envoy');
  if (!container) throw new Error('no Envoy in the pod');
  return container;
}

test('Envoy starts with the bootstrap that the ConfigMap holds', () => {
  const proxy = serverProxy();
  const { envoy, manifests } = sidecar({ proxy });
  expect(manifests).toEqual([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: expect.objectContaining({ name: 'server-envoy', namespace: 'demo' }),
      data: { 'envoy.yaml': proxy.toYaml() },
    },
  ]);
  expect(load(manifests[0].data['envoy.yaml'])).toEqual(proxy.toBootstrap());

  const result = envoy.addTo(pod);
  const { args = [], volumeMounts } = envoyIn(result);
  expect(result.volumes).toContainEqual({ name: 'envoy-config', configMap: { name: 'server-envoy' } });
  expect(volumeMounts).toContainEqual({ name: 'envoy-config', mountPath: '/etc/envoy', readOnly: true });
  expect(args[args.indexOf('-c') + 1]).toBe('/etc/envoy/envoy.yaml');
});

test.each([
  ['CSI', WorkloadApiSocket.csi({ directory: '/run/spire' }), { csi: { driver: 'csi.spiffe.io', readOnly: true } }],
  [
    'host path',
    WorkloadApiSocket.hostPath({ directory: '/run/spire' }),
    { hostPath: { path: '/run/spire', type: 'DirectoryOrCreate' } },
  ],
])("the directory of tbot's socket comes by %s to where the bootstrap looks for it", (_, socket, source) => {
  const result = sidecar({ proxy: serverProxy(socket) }).envoy.addTo(pod);
  expect(result.volumes).toContainEqual({ name: 'workload-api', ...source });
  expect(envoyIn(result).volumeMounts).toContainEqual({
    name: 'workload-api',
    mountPath: '/run/spire',
    readOnly: true,
  });
});

test("with tbot in the pod, Envoy gets the pod's own socket directory and nothing of the node", () => {
  const socket = WorkloadApiSocket.csi({ directory: '/run/spire' });
  const result = sidecar({ proxy: serverProxy(socket) }).envoy.addWithTbotTo(pod, tbotSidecar(socket));
  const [mount] = envoyIn(result).volumeMounts?.filter(({ mountPath }) => mountPath === '/run/spire') ?? [];
  expect(mount?.readOnly).toBe(true);
  expect(result.volumes?.filter(({ name }) => name === mount?.name)).toEqual([{ name: mount?.name, emptyDir: {} }]);
  expect(JSON.stringify(result)).not.toMatch(/"csi"|hostPath/);
  expect(result.containers[0]).toEqual({ name: 'application' });
});

test('the application keeps what it had, and does not get the socket', () => {
  const original: PodSpec = { ...pod, volumes: [{ name: 'data', emptyDir: {} }] };
  const copy = structuredClone(original);
  const result = sidecar().envoy.addTo(original);
  expect(original).toEqual(copy);
  expect(result.containers[0]).toEqual({ name: 'application' });
  expect(result.volumes?.[0]).toEqual({ name: 'data', emptyDir: {} });
  expect(result.serviceAccountName).toBe('server');
});

test('the kubelet asks Envoy itself whether it is ready, and never kills it for waiting', () => {
  const container = envoyIn(sidecar().envoy.addTo(pod));
  expect(container.ports).toEqual([
    { name: 'mtls', containerPort: 8443 },
    { name: 'readiness', containerPort: 9902 },
  ]);
  expect(container.readinessProbe?.httpGet).toEqual({ path: '/ready', port: 'readiness' });
  expect(container).not.toHaveProperty('livenessProbe');
});

test("a client's port, which is on loopback, is not declared as the pod's", () => {
  const proxy = EnvoyProxy.forClient({
    identity: client,
    socket: WorkloadApiSocket.csi(),
    listen: { port: 8001 },
    expectedPeers: [server],
    upstream: { host: 'server', port: 443 },
  });
  expect(envoyIn(sidecar({ proxy }).envoy.addTo(pod)).ports).toEqual([{ name: 'readiness', containerPort: 9902 }]);
});

test('Envoy has no rights: the Pod Security level "restricted" admits it', () => {
  expect(envoyIn(sidecar().envoy.addTo(pod)).securityContext).toMatchObject({
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('Envoy has two threads however many CPUs the node has, and shares no memory with a successor', () => {
  const { args = [] } = envoyIn(sidecar().envoy.addTo(pod));
  expect(args[args.indexOf('--concurrency') + 1]).toBe('2');
  expect(args).toContain('--disable-hot-restart');
});

test('the image is the release that the integration test runs, from wherever it is mirrored', () => {
  expect(envoyIn(sidecar().envoy.addTo(pod)).image).toBe(`docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION}`);
  const { envoy } = sidecar({ imageRepository: 'mirror.example.com/envoy' });
  expect(envoyIn(envoy.addTo(pod)).image).toBe(`mirror.example.com/envoy:distroless-v${ENVOY_VERSION}`);
  expect(() => sidecar({ imageRepository: 'envoyproxy/envoy:latest' })).toThrow(/not a valid image repository/);
});

test('pods are replaced when the bootstrap changes, and only then', () => {
  const checksum = (proxy: EnvoyProxy) => sidecar({ proxy }).envoy.podAnnotations;
  expect(checksum(serverProxy())).toEqual(checksum(serverProxy()));
  expect(checksum(serverProxy())).not.toEqual(checksum(serverProxy(WorkloadApiSocket.csi({ fileName: 'other' }))));
});

test('a name in the pod that Envoy needs is refused', () => {
  const { envoy } = sidecar();
  expect(() => envoy.addTo(envoy.addTo(pod))).toThrow(/\[test\/envoy addTo\] .*container with this name.*"envoy"/);
  for (const name of ['envoy-config', 'workload-api']) {
    expect(() => envoy.addTo({ ...pod, volumes: [{ name, emptyDir: {} }] })).toThrow(/volume with this name/);
  }
});

test('tbot in the pod listens where Envoy asks, and its ConfigMap can be mounted beside that of Envoy', () => {
  const { envoy } = sidecar();
  const elsewhere = tbotSidecar(WorkloadApiSocket.csi({ directory: '/run/other' }));
  expect(() => envoy.addWithTbotTo(pod, elsewhere)).toThrow(
    /\[test\/envoy addWithTbotTo\] .*"\/run\/other\/workload.sock".*Allowed: \/run\/tbot\/sockets\/workload.sock/,
  );
  const otherNamespace = tbotSidecar(WorkloadApiSocket.csi(), 'other');
  expect(() => envoy.addWithTbotTo(pod, otherNamespace)).toThrow(/different namespaces.*"other".*Allowed: demo/);
  // Within one pod it plays no part how other pods would get the socket.
  expect(() => envoy.addWithTbotTo(pod, tbotSidecar(WorkloadApiSocket.hostPath()))).not.toThrow();
});
