import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../../../lib/model/cluster/cluster';
import { injectedPod, whyInvalid } from '../../../lib/model/cluster/injected-pod';
import type { Workload } from '../../../lib/model/cluster/workload';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { DEFAULT_SOCKET_FILE, SOCKET_MOUNT_PATH } from '../../../lib/upstream/istio/proxy-volumes';
import { Target } from '../../../lib/upstream/releases/target';

/**
 * Pods in many shapes, and what the code of Istio's webhook made of them: the selectors of its webhook configuration, then
 * its injector, installed as this package installs it.
 */
const FIXTURES = join(__dirname, '../../../../test/model/cluster/fixtures/injected-pods');
const SOCKET = 'workload.sock';
const LABEL = 'spiffe.io/spire-managed-identity';
const VALUES = `
sidecarInjectorWebhook:
  defaultTemplates: [sidecar, spire]
  templates:
    spire: |
      metadata:
        labels: {${LABEL}: 'true'}
      spec:
        volumes:
          - name: workload-socket
            csi: {driver: csi.spiffe.io, readOnly: true}
meshConfig:
  trustDomain: example.teleport.sh
  defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: ${SOCKET}}}
`;

const { manifests } = readManifests([
  { file: 'values.yaml', text: VALUES },
  { file: 'pods.yaml', text: readFileSync(join(FIXTURES, 'pods.yaml'), 'utf8') },
]);
const cluster = Cluster.of(manifests);
const workloads = new Map(cluster.workloads.map((workload) => [`${workload.kind} ${workload.ref}`, workload]));

/** Whether the templates mark the pod, as far as they or the pod itself do. */
function isMarked(templates: readonly string[]): boolean {
  return templates.some((name) => {
    const labels = cluster.injector.byName.get(name)?.manifest.body.metadata;
    return JSON.stringify(labels ?? {}).includes(LABEL);
  });
}

/** What is unusual about a pod after injection, in the words of the recorded answers. */
function oddities(workload: Workload, templates: readonly string[], native: boolean): string {
  const pod = injectedPod(workload, templates, cluster.injector, native);
  const isPlain = pod.socketVolumes === 1 && pod.socketSources.length === 1 && pod.socketSources[0] === 'csi';
  const file = cluster.socketFiles.of(workload)?.name ?? DEFAULT_SOCKET_FILE;
  const hasEnv = pod.proxies === 1 && file !== SOCKET;
  const mounts = pod.proxies === 1 && pod.socketMounts.join() !== SOCKET_MOUNT_PATH;
  return [
    ...(pod.proxies === 1 ? [] : [`${pod.proxies} istio-proxy`]),
    ...(pod.socketVolumes === 1 ? [] : [`${pod.socketVolumes} workload-socket volumes`]),
    ...(isPlain || pod.socketVolumes === 0 ? [] : [`sources ${pod.socketSources.join()}`]),
    ...(mounts ? ['mounts'] : []),
    ...(hasEnv ? [`env ${file}`] : []),
    ...(isMarked(templates) ? [] : ['no spire label']),
  ].join('; ');
}

/** The recorded words, without how they list sources and mounts. */
function recorded(text: string): string {
  if (text === 'ok') return '';
  return (
    text
      .replace(/workload-socket sources \[(.*)\]/, (_, list: string) => `sources ${list.replace(/[' ]/g, '')}`)
      .replace(/mounts \[\{.*\}\]/, 'mounts')
      // Of two proxies the recorder looked at the wrong one.
      .replace(/; mounts \[\]; env None/, '')
  );
}

describe.each([
  ['1.30.3', true],
  ['1.30.3', false],
  ['1.31.0-rc.0', true],
  ['1.31.0-rc.0', false],
] as const)('what the injector of %s does with pods, native sidecars %s', (release, native) => {
  const target = Target.of({ istio: release.replace('-rc.0', '') });
  const lines = readFileSync(join(FIXTURES, `istio-${release}-native-${native}.txt`), 'utf8')
    .trim()
    .split('\n');

  it.each(lines)('%s', (line) => {
    const [ref = '', action = '', odd = ''] = line.split(' | ');
    const workload = workloads.get(ref);
    if (workload === undefined) throw new Error(`no ${ref}`);
    const injection = cluster.injectionOf(workload, target);
    if (injection.kind !== 'injected') {
      const isRefused = odd.startsWith('ERROR refused');
      expect(injection.kind).toBe(isRefused ? 'refused' : action.replace(' ', '-'));
      return;
    }
    expect(action).toMatch(/^injected/);
    expect(oddities(workload, injection.templates ?? [], native)).toBe(recorded(odd));
  });

  it('knows every shape', () => {
    expect(lines).toHaveLength(workloads.size);
  });
});

it('calls a pod invalid that has two proxies, two such volumes or a volume with two sources', () => {
  const invalid = [...workloads.values()].filter((workload) => {
    const injection = cluster.injectionOf(workload, Target.of({ istio: '1.30.3' }));
    const templates = injection.kind === 'injected' ? injection.templates : undefined;
    return templates && whyInvalid(injectedPod(workload, templates, cluster.injector, false)) !== undefined;
  });
  expect(invalid.map(({ name }) => name)).toEqual([
    'own-hostpath',
    'own-proxy-init',
    'user-volume',
    'user-volume-list',
  ]);
});
