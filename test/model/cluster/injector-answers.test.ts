import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../../../lib/model/cluster/cluster';
import { injectedPod } from '../../../lib/model/cluster/injected-pod';
import { hasOwnProxy, proxyOfTemplate } from '../../../lib/model/cluster/injection';
import type { Workload } from '../../../lib/model/cluster/workload';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { DEFAULT_SOCKET_FILE } from '../../../lib/upstream/istio/proxy-volumes';
import { Target } from '../../../lib/upstream/releases/target';

/**
 * Pods of many labels, annotations, volumes and containers in namespaces of many labels, and what the webhook of Istio 1.31.0
 * answered for each under four installations; pods that its webhook configuration leaves out are not listed.
 */
const FIXTURES = join(__dirname, '../../../../test/model/cluster/fixtures/injector-answers');
const TARGET = Target.of({ istio: '1.31.0' });
const read = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

/** The socket file of the proxy, in the words of the recorded answers: what nobody sets is not in the pod. */
function fileOf(cluster: Cluster, workload: Workload, templates: readonly string[]): string {
  const isTouched = templates.some((name) => proxyOfTemplate(name, cluster.injector)?.hasProxy);
  if (isTouched) return cluster.socketFiles.of(workload)?.name ?? DEFAULT_SOCKET_FILE;
  const name = cluster.socketFiles.ofWholeProxy(workload)?.name;
  return name === undefined || name === DEFAULT_SOCKET_FILE ? 'None' : name;
}

/** What the model says of a pod, in the words of the recorded answers. */
function answer(cluster: Cluster, workload: Workload): string {
  const injection = cluster.injectionOf(workload, TARGET);
  if (injection.kind !== 'injected') return injection.kind;
  const templates = injection.templates ?? [];
  const pod = injectedPod(workload, templates, cluster.injector, false);
  const isMarked = templates.some((name) =>
    JSON.stringify(cluster.injector.byName.get(name)?.manifest.body.metadata ?? {}).includes('spire-managed'),
  );
  const facts = [
    `proxies ${pod.proxies}`,
    `volumes ${pod.socketVolumes}`,
    `sources ${[...pod.socketSources].sort().join()}`,
    `mounts ${pod.socketMounts.join()}`,
    `file ${pod.proxies === 0 ? 'None' : fileOf(cluster, workload, templates)}`,
    `marked ${isMarked}`,
  ];
  return `injected | ${facts.join('; ')}`;
}

/** A recorded answer, without the mounts of one of two proxies: no such pod is ever created. */
function recorded(text: string): string {
  const line = /; marked true$/.test(text) ? text : text.replace(/; marked$/, '; marked false');
  return line.includes('proxies 2') ? line.replace(/mounts [^;]*/, 'mounts ') : line;
}

describe.each(['spire', 'policy', 'canary', 'onlyspire'])('the injector of an installation: %s', (name) => {
  const { manifests } = readManifests([
    { file: 'values.yaml', text: read(`values-${name}.yaml`) },
    { file: 'pods.yaml', text: read('pods.yaml') },
  ]);
  const cluster = Cluster.of(manifests);
  const answers = new Map(
    read(`istio-1.31.0-${name}.txt`)
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' | ')), line.slice(line.indexOf(' | ') + 3)] as const),
  );
  const workloads = cluster.workloads.map((workload) => [`${workload.kind} ${workload.ref}`, workload] as const);

  it.each(workloads)('%s', (ref, workload) => {
    expect(answer(cluster, workload)).toBe(recorded(answers.get(ref) ?? 'not-called'));
  });

  it('has a proxy exactly where the answer has one', () => {
    for (const [ref, workload] of workloads) {
      const text = answers.get(ref) ?? 'not-called';
      const { kind } = cluster.proxyOf(workload, TARGET);
      const isWhole = hasOwnProxy(workload) && !text.startsWith('injected') && text !== 'refused';
      const expected = text.startsWith('injected') ? !text.includes('proxies 0') : isWhole;
      const has = kind === 'sidecar' || kind === 'gateway';
      // What is refused by the API server, and an agent without Envoy, are answers of their own.
      if (kind !== 'not-running' && kind !== 'not-envoy') expect([ref, has]).toEqual([ref, expected]);
      if (text === 'refused') expect([ref, kind]).toEqual([ref, 'not-running']);
    }
  });

  it('knows every pod it was asked for', () => {
    expect([...answers.keys()].filter((ref) => !workloads.some(([one]) => one === ref))).toEqual([]);
  });
});
