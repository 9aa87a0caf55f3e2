import { createHash } from 'node:crypto';
import { Duration, JsonPatch, Testing } from 'cdk8s';
import { load } from 'js-yaml';
import { CredentialLifetime } from '../../../lib/constructs/tbot/credential-lifetime';
import { KubeletTls } from '../../../lib/constructs/tbot/kubelet-tls';
import { TbotDaemonSet } from '../../../lib/constructs/tbot/tbot-daemon-set';
import type { TbotDaemonSetProps } from '../../../lib/constructs/tbot/tbot-daemon-set-props';
import { Target } from '../../../lib/upstream/releases/target';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';
import { identity, joinToken, refusal } from './fixtures';

const defaults = {
  token: joinToken(),
  identity,
  socket: WorkloadApiSocket.csi(),
  kubelet: KubeletTls.verify(),
} satisfies TbotDaemonSetProps;

function synth(props: Partial<TbotDaemonSetProps> = {}) {
  const chart = Testing.chart();
  new TbotDaemonSet(chart, 'tbot', { ...defaults, ...props });
  const [serviceAccount, clusterRole, clusterRoleBinding, configMap, daemonSet] = Testing.synth(chart);
  const pod = daemonSet.spec.template.spec;
  const container = pod.containers[0];
  const config = load(configMap.data['tbot.yaml']) as Record<string, unknown> & { services: Record<string, unknown>[] };
  return { serviceAccount, clusterRole, clusterRoleBinding, configMap, daemonSet, pod, container, config };
}

type Named = { name: string };
type EnvVar = { name: string; value?: string; valueFrom?: unknown };

/** The file a container sees at a path: the volume's source, and what of the volume it is. */
function fileAt({ pod, container }: ReturnType<typeof synth>, path: string) {
  const mount = container.volumeMounts.find((m: { mountPath: string }) => path.startsWith(`${m.mountPath}/`));
  const volume = pod.volumes.find(({ name }: Named) => name === mount?.name);
  return { volume, file: path.slice(mount.mountPath.length + 1) };
}

function env({ container }: ReturnType<typeof synth>, name: string): EnvVar {
  return container.env.find((variable: EnvVar) => variable.name === name);
}

describe('who tbot is', () => {
  test('the join token says it once: cluster, namespace and ServiceAccount', () => {
    const { serviceAccount, configMap, daemonSet, pod, config } = synth();
    expect(serviceAccount.metadata).toMatchObject({ name: 'tbot', namespace: 'mesh-identity' });
    expect(pod.serviceAccountName).toBe('tbot');
    expect(configMap.metadata.namespace).toBe('mesh-identity');
    expect(daemonSet.metadata.namespace).toBe('mesh-identity');
    expect(config).toMatchObject({
      proxy_server: 'example.teleport.sh:443',
      onboarding: { join_method: 'kubernetes', token: 'istio-tbot' },
    });
  });

  test('it joins with a token of ten minutes for the Teleport cluster, found by the variable tbot reads', () => {
    const all = synth();
    const { volume, file } = fileAt(all, env(all, 'KUBERNETES_TOKEN_PATH').value ?? '');
    expect(volume.projected.sources).toEqual([
      { serviceAccountToken: { path: file, audience: 'example.teleport.sh', expirationSeconds: 600 } },
    ]);
  });

  test('of several ServiceAccounts one is chosen, and no other than those the token admits', () => {
    const serviceAccounts = [
      { namespace: 'a', name: 'tbot' },
      { namespace: 'b', name: 'tbot' },
    ];
    const token = joinToken({ serviceAccounts });
    expect(refusal(() => synth({ token })).problem).toContain('several');
    expect(synth({ token, serviceAccount: { namespace: 'b', name: 'tbot' } }).daemonSet.metadata.namespace).toBe('b');
    const stranger = refusal(() => synth({ token, serviceAccount: { namespace: 'c', name: 'tbot' } }));
    expect(stranger.problem).toContain('does not allow this ServiceAccount');
    expect(stranger.allowed).toBe('a/tbot, b/tbot');
  });
});

describe('what attestation needs', () => {
  test('the process ids of the node, but not its network', () => {
    const { pod } = synth();
    expect(pod.hostPID).toBe(true);
    expect(pod.hostNetwork).toBeUndefined();
  });

  test.each([
    ['nodeName', 'spec.nodeName'],
    ['hostIP', 'status.hostIP'],
  ] as const)('the kubelet of the node, called by %s', (kubeletAddress, fieldPath) => {
    expect(env(synth({ kubeletAddress }), 'TELEPORT_NODE_NAME').valueFrom).toEqual({
      fieldRef: { apiVersion: 'v1', fieldPath },
    });
    expect(env(synth(), 'TELEPORT_NODE_NAME').valueFrom).toEqual({
      fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' },
    });
  });

  test("a token for the kubelet and the cluster's CA, where tbot looks by itself, and no other token", () => {
    const all = synth();
    const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
    expect(all.serviceAccount.automountServiceAccountToken).toBe(false);
    expect(all.pod.automountServiceAccountToken).toBe(false);
    const { volume } = fileAt(all, `${directory}/token`);
    const [token, ca] = volume.projected.sources;
    expect(token.serviceAccountToken.path).toBe('token');
    expect(token.serviceAccountToken.audience).toBeUndefined();
    expect(ca.configMap).toEqual({ name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] });
    expect(fileAt(all, `${directory}/ca.crt`).volume).toBe(volume);
  });

  test('the attestor is on, and everything else about it is default', () => {
    expect(synth().config.services[0]?.attestors).toEqual({ kubernetes: { enabled: true } });
  });

  test.each([
    ['privilege "capabilities"', undefined, undefined],
    ['privilege "privileged"', 'privileged', true],
  ] as const)('%s', (_, privilege, privileged) => {
    const { securityContext } = synth(privilege && { privilege }).container;
    expect(securityContext.privileged).toBe(privileged);
    expect(securityContext.runAsUser).toBe(0);
    expect(securityContext.readOnlyRootFilesystem).toBe(true);
  });

  test('root may read processes, and nothing else that root may', () => {
    expect(synth().container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });
});

describe('rights in Kubernetes', () => {
  const rule = (resource: string) => [{ apiGroups: [''], resources: [resource], verbs: ['get'] }];

  test('one: the list of pods at the kubelet', () => {
    expect(synth().clusterRole.rules).toEqual(rule('nodes/pods'));
  });

  test('kubelets before 1.33 do not know it, so there it is the whole kubelet', () => {
    expect(synth({ target: Target.of({ kubernetes: '1.32' }) }).clusterRole.rules).toEqual(rule('nodes/proxy'));
    const chosen = synth({ target: Target.of({ kubernetes: '1.32' }), kubeletAuthorization: 'nodes/pods' });
    expect(chosen.clusterRole.rules).toEqual(rule('nodes/pods'));
  });

  test('they belong to the ServiceAccount in its namespace', () => {
    const { clusterRole, clusterRoleBinding } = synth();
    expect(clusterRoleBinding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'tbot', namespace: 'mesh-identity' }]);
    expect(clusterRoleBinding.roleRef.name).toBe(clusterRole.metadata.name);
    expect(clusterRole.metadata.namespace).toBeUndefined();
  });

  test('two tbots of different namespaces do not share them by accident', () => {
    const token = joinToken({ serviceAccounts: [{ namespace: 'other', name: 'tbot' }] });
    expect(synth({ token }).clusterRole.metadata.name).not.toBe(synth().clusterRole.metadata.name);
  });
});

describe('the socket', () => {
  test('is made in the one directory that tbot may write to', () => {
    const { container } = synth();
    const writable = container.volumeMounts.filter((m: { readOnly?: boolean }) => m.readOnly !== true);
    expect(writable).toEqual([{ name: expect.any(String), mountPath: '/run/tbot/sockets' }]);
  });

  test('tbot listens in a directory of the node, at one and the same path inside and out', () => {
    const socket = WorkloadApiSocket.hostPath({ directory: '/run/other', fileName: 'api.sock' });
    const all = synth({ socket });
    expect(all.config.services[0]?.listen).toBe('unix:///run/other/api.sock');
    const { volume, file } = fileAt(all, '/run/other/api.sock');
    expect(volume.hostPath).toEqual({ path: '/run/other', type: 'DirectoryOrCreate' });
    expect(file).toBe('api.sock');
  });

  test('it serves the one identity, by name', () => {
    expect(synth().config.services[0]?.selector).toEqual({ name: 'istio' });
  });

  test('SVIDs live as long as asked', () => {
    const credentialLifetime = new CredentialLifetime({
      ttl: Duration.hours(2),
      renewalInterval: Duration.minutes(30),
    });
    expect(synth({ credentialLifetime }).config.services[0]).toMatchObject({
      credential_ttl: '2h0m0s',
      renewal_interval: '30m0s',
    });
  });
});

describe("the kubelets' CA", () => {
  test('from a ConfigMap or a file of the node, it is mounted where the configuration says', () => {
    for (const ca of [{ caConfigMap: { name: 'kubelet-ca', key: 'pem' } }, { caNodeFile: '/pki/kubelet.crt' }]) {
      const { config, pod, container } = synth({ kubelet: KubeletTls.verify(ca) });
      const { name, ...source } = pod.volumes.find((volume: Named) => volume.name === 'kubelet-ca');
      const mount = container.volumeMounts.find((m: Named) => m.name === name);
      const path = 'configMap' in source ? `${mount.mountPath}/${source.configMap.items[0].path}` : mount.mountPath;
      expect(config.services[0]?.attestors).toEqual({ kubernetes: { enabled: true, kubelet: { ca_path: path } } });
      expect(mount.readOnly).toBe(true);
    }
  });

  test('in a file that nothing mounts, it is refused', () => {
    expect(refusal(() => synth({ kubelet: KubeletTls.verify({ caPath: '/ca.pem' }) })).value).toBe('/ca.pem');
  });

  test('when it is not verified, the reason stands beside the configuration', () => {
    const annotation = 'teleport-istio/kubelet-skip-verify-reason';
    const { configMap, config } = synth({ kubelet: KubeletTls.skipVerify({ reason: 'kind on a laptop' }) });
    expect(configMap.metadata.annotations).toEqual({ [annotation]: 'kind on a laptop' });
    expect(config.services[0]?.attestors).toEqual({ kubernetes: { enabled: true, kubelet: { skip_verify: true } } });
    expect(synth().configMap.metadata.annotations).toBeUndefined();
  });
});

describe('running on every node', () => {
  test('probes reach the diagnostics, which listen on the address of the pod', () => {
    const { config, container } = synth();
    const port = container.ports.find((p: Named) => p.name === container.readinessProbe.httpGet.port);
    expect(config.diag_addr).toBe(`0.0.0.0:${port.containerPort}`);
    expect(container.livenessProbe.httpGet).toEqual({ path: '/livez', port: port.name });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: port.name });
    expect(synth({ bindAddress: '::' }).config.diag_addr).toBe('[::]:3001');
  });

  test('a change of the configuration, and nothing else, changes the checksum', () => {
    const checksum = (props: Partial<TbotDaemonSetProps>) =>
      synth(props).daemonSet.spec.template.metadata.annotations['checksum/tbot-config'];
    const text = synth().configMap.data['tbot.yaml'];
    expect(checksum({})).toBe(createHash('sha256').update(text).digest('hex'));
    expect(checksum({ resources: {} })).toBe(checksum({}));
    expect(checksum({ bindAddress: '::' })).not.toBe(checksum({}));
  });

  test('no taint, no eviction and no sidecar injection keeps it away', () => {
    const { daemonSet, pod } = synth();
    expect(pod.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(pod.priorityClassName).toBe('system-node-critical');
    expect(daemonSet.spec.template.metadata.labels['sidecar.istio.io/inject']).toBe('false');
  });

  test('there is never a second tbot on a node, which would take the socket away', () => {
    expect(synth().daemonSet.spec.updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 },
    });
  });

  test('the program is the pinned release, its configuration is where its arguments say, and it logs JSON', () => {
    const all = synth({ target: Target.of({ teleport: '18.6.4' }), imageRepository: 'mirror.example.com/tbot' });
    expect(all.container.image).toBe('mirror.example.com/tbot:18.6.4');
    expect(synth().container.image).toBe(`public.ecr.aws/gravitational/tbot-distroless:${Target.of().teleport}`);
    const { args } = all.container;
    expect(args).toEqual(['start', '-c', expect.any(String), '--log-format', 'json']);
    const { volume, file } = fileAt(all, args[2]);
    expect(volume.configMap.name).toBe(all.configMap.metadata.name);
    expect(all.configMap.data).toHaveProperty([file]);
  });

  test('what tbot keeps is in memory, since the root file system is read-only', () => {
    expect(synth().config.storage).toEqual({ type: 'memory' });
  });
});

test.each<[string, Partial<TbotDaemonSetProps>, unknown]>([
  ['gravitational/teleport#62813', { target: Target.of({ teleport: '18.6.3' }) }, '18.6.3'],
  ['gravitational/teleport#62813', { target: Target.of({ teleport: '17.7.13' }) }, '17.7.13'],
  ['not a valid object name', { name: 'Tbot' }, 'Tbot'],
  ['not a valid image repository', { imageRepository: 'tbot-distroless:18' }, 'tbot-distroless:18'],
])('refuses what cannot work, with the construct it was given to: %s', (problem, props, value) => {
  const error = refusal(() => synth(props));
  expect(error.where).toBe('test/tbot');
  expect(error.problem).toContain(problem);
  expect(error.value).toBe(value);
});

test('a patch on an exposed object survives', () => {
  const chart = Testing.chart();
  const tbot = new TbotDaemonSet(chart, 'tbot', defaults);
  tbot.daemonSet.addJsonPatch(JsonPatch.add('/spec/template/spec/dnsPolicy', 'Default'));
  expect(Testing.synth(chart)[4].spec.template.spec.dnsPolicy).toBe('Default');
});

test('its diagnostics can be closed to all pods but those of some namespaces, and are open unless asked for', () => {
  const chart = Testing.chart();
  new TbotDaemonSet(chart, 'tbot', { ...defaults, diagnosticsFrom: ['monitoring'] });
  const policies = Testing.synth(chart).filter(({ kind }) => kind === 'NetworkPolicy');
  const { daemonSet } = synth();

  expect(policies).toHaveLength(1);
  expect(policies[0].spec).toEqual({
    podSelector: { matchLabels: daemonSet.spec.selector.matchLabels },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
        ports: [{ protocol: 'TCP', port: 3001 }],
      },
    ],
  });
  expect(policies[0].metadata.namespace).toBe(daemonSet.metadata.namespace);
  const open = Testing.chart();
  new TbotDaemonSet(open, 'tbot', defaults);
  expect(Testing.synth(open).map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

test('an empty list closes its diagnostics to every pod, and a name that no namespace has is refused', () => {
  const chart = Testing.chart();
  new TbotDaemonSet(chart, 'tbot', { ...defaults, diagnosticsFrom: [] });

  expect(Testing.synth(chart).find(({ kind }) => kind === 'NetworkPolicy').spec.ingress).toEqual([]);
  expect(() => synth({ diagnosticsFrom: ['Monitoring'] })).toThrow(/Monitoring/);
});
