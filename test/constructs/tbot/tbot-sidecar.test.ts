import { Testing } from 'cdk8s';
import { load } from 'js-yaml';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { TbotSidecar } from '../../../lib/constructs/tbot/tbot-sidecar';
import type { TbotSidecarProps } from '../../../lib/constructs/tbot/tbot-sidecar-props';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';
import { Target } from '../../../lib/upstream/releases/target';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';
import { attributes } from '../../../lib/upstream/teleport/attributes';
import { identity, joinToken, ownIdentity, refusal } from './fixtures';

const defaults = {
  token: joinToken({ serviceAccounts: [{ namespace: 'shop', name: 'server' }] }),
  identity: ownIdentity,
  socket: WorkloadApiSocket.hostPath({ directory: '/run/spiffe' }),
} satisfies TbotSidecarProps;

const pod: PodSpec = {
  serviceAccountName: 'server',
  initContainers: [{ name: 'migrate', image: 'migrate:1' }],
  containers: [
    { name: 'envoy', image: 'envoy:1', volumeMounts: [{ name: 'config', mountPath: '/etc/envoy' }] },
    { name: 'app', image: 'app:1' },
  ],
  volumes: [{ name: 'config', configMap: { name: 'envoy' } }],
};

function sidecar(props: Partial<TbotSidecarProps> = {}) {
  const chart = Testing.chart();
  const construct = new TbotSidecar(chart, 'tbot', { ...defaults, ...props });
  const objects = Testing.synth(chart);
  return { construct, objects, config: load(objects[0].data['tbot.yaml']) as Record<string, unknown> };
}

function added(props: Partial<TbotSidecarProps> = {}, to: PodSpec = pod): PodSpec {
  return sidecar(props).construct.addTo(to, { containers: ['envoy'] });
}

function tbotOf({ initContainers = [], containers }: PodSpec) {
  const container = [...initContainers, ...containers].find(({ name }) => name === 'tbot');
  if (container === undefined) throw new Error('no tbot');
  return container;
}

test('it writes one ConfigMap beside the workload, and asks for no right', () => {
  const { objects } = sidecar();
  expect(objects.map(({ kind }: { kind: string }) => kind)).toEqual(['ConfigMap']);
  expect(objects[0].metadata).toMatchObject({ name: 'server-tbot', namespace: 'shop' });
});

test('the pod stays as unprivileged as it was', () => {
  const result = added();
  expect(result.hostPID).toBeUndefined();
  expect(result.volumes?.filter((volume) => volume.hostPath)).toEqual([]);
  expect(tbotOf(result).securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 65532,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  });
});

test('tbot joins with a token of the pod for the Teleport cluster', () => {
  const result = added();
  const path = tbotOf(result).env?.find(({ name }) => name === 'KUBERNETES_TOKEN_PATH')?.value ?? '';
  const mount = tbotOf(result).volumeMounts?.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const volume = result.volumes?.find(({ name }) => name === mount?.name);
  expect(volume?.projected?.sources).toEqual([
    { serviceAccountToken: { path: 'join-token', audience: 'example.teleport.sh', expirationSeconds: 600 } },
  ]);
});

test('tbot and the chosen container share the directory of the socket; the others do not see it', () => {
  const result = added();
  const volume = result.volumes?.find(({ emptyDir }) => emptyDir !== undefined);
  const mounts = (name: string) =>
    [...(result.initContainers ?? []), ...result.containers]
      .find((container) => container.name === name)
      ?.volumeMounts?.filter((mount) => mount.name === volume?.name);
  expect(sidecar().config.services).toMatchObject([{ listen: 'unix:///run/spiffe/workload.sock' }]);
  expect(mounts('tbot')).toEqual([{ name: volume?.name, mountPath: '/run/spiffe' }]);
  expect(mounts('envoy')).toEqual([{ name: volume?.name, mountPath: '/run/spiffe', readOnly: true }]);
  expect(mounts('app')).toBeUndefined();
});

test('a native sidecar is there before all others', () => {
  const result = added();
  expect(result.initContainers?.map(({ name }) => name)).toEqual(['tbot', 'migrate']);
  expect(tbotOf(result).restartPolicy).toBe('Always');
  expect(result.containers.map(({ name }) => name)).toEqual(['envoy', 'app']);
});

test.each([{ target: Target.of({ kubernetes: '1.28' }) }, { native: false }])(
  'without native sidecars it is a container like the others: %#',
  (props) => {
    const result = added(props);
    expect(result.initContainers?.map(({ name }) => name)).toEqual(['migrate']);
    expect(result.containers.map(({ name }) => name)).toEqual(['envoy', 'app', 'tbot']);
    expect(tbotOf(result).restartPolicy).toBeUndefined();
  },
);

test('the workload starts after the first SVID, and is not taken out of service when Teleport is away', () => {
  const tbot = tbotOf(added({ diagnosticsPort: 4000 }));
  expect(tbot.startupProbe?.httpGet).toEqual({ path: '/readyz', port: 'diagnostics' });
  expect(tbot.livenessProbe?.httpGet).toEqual({ path: '/livez', port: 'diagnostics' });
  expect(tbot.readinessProbe).toBeUndefined();
  expect(tbot.ports).toEqual([{ name: 'diagnostics', containerPort: 4000 }]);
  expect(sidecar({ diagnosticsPort: 4000 }).config.diag_addr).toBe('0.0.0.0:4000');
});

test('the pod that was given does not change, and all of it is in the copy', () => {
  const before = structuredClone(pod);
  const result = added();
  expect(pod).toEqual(before);
  expect(result.volumes).toEqual(expect.arrayContaining(before.volumes ?? []));
  expect(result.containers[0]?.volumeMounts).toEqual(expect.arrayContaining(before.containers[0]?.volumeMounts ?? []));
  expect(result.containers[1]).toEqual(before.containers[1]);
});

test('a pod without init containers and volumes gets only what it needs', () => {
  const bare: PodSpec = { serviceAccountName: 'server', containers: [{ name: 'envoy', image: 'envoy:1' }] };
  expect(added({ native: false }, bare)).not.toHaveProperty('initContainers');
  expect(added({}, bare).volumes).toHaveLength(3);
});

test('pods are replaced when the configuration changes', () => {
  expect(sidecar().construct.podAnnotations).toEqual(sidecar().construct.podAnnotations);
  expect(sidecar().construct.podAnnotations).not.toEqual(sidecar({ bindAddress: '::' }).construct.podAnnotations);
});

test.each<[string, PodSpec, string[]]>([
  ['not the one that tbot joins with', { ...pod, serviceAccountName: 'client' }, ['envoy']],
  ['not the one that tbot joins with', { containers: pod.containers }, ['envoy']],
  ['no container', pod, ['envoi']],
  ['no container', pod, []],
  ['a container with this name', { ...pod, containers: [...pod.containers, { name: 'tbot' }] }, ['envoy']],
  ['a volume with this name', { ...pod, volumes: [{ name: 'join-token', emptyDir: {} }] }, ['envoy']],
])('refuses a pod it does not fit: %s', (problem, to, containers) => {
  const error = refusal(() => sidecar().construct.addTo(to, { containers }));
  expect(error.problem).toContain(problem);
  expect(error.where).toBe('test/tbot addTo');
});

test('an identity for a Unix process is refused: tbot does not see processes of other containers', () => {
  const { unix } = attributes.workload;
  const forUser = new WorkloadIdentity({ name: 'u', id: '/svc/u', allow: [{ conditions: [unix.uid.eq(1000)] }] });
  expect(refusal(() => sidecar({ identity: forUser })).value).toEqual(['unix']);
});

test.each<[string, Partial<TbotSidecarProps>]>([
  ['no workload could get the identity "istio"', { identity }],
  ['gravitational/teleport#62813', { target: Target.of({ teleport: '18.5.0' }) }],
  ['"diagnosticsPort" is not a valid port', { diagnosticsPort: 0 }],
  ['not a valid object name', { name: 'X' }],
])('refuses what cannot work: %s', (problem, props) => {
  const error = refusal(() => sidecar(props));
  expect(error.problem).toContain(problem);
  expect(error.where).toBe('test/tbot');
});
