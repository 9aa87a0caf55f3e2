import { listAt, textAt } from '../../../../base/json';
import { SOCKET_FILE_VARIABLE, SOCKET_VOLUME } from '../../../../upstream/istio/proxy-volumes';
import { EXAMPLE_TBOT_CONFIG, exampleConfigMaps } from '../../examples/example-config-maps';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { injectedNow } from '../../injected-now';
import type { LivePod } from '../../live-pod';
import { timeText } from '../each-certificate';

/** Whether pods are as the injector would make them now. */
export const PODS_AS_INJECTED_CHECK = defineCheck({
  id: 'pods-as-injected',
  group: 'injection',
  title: 'pods match the current injection configuration',
  looksAt:
    'the source of the socket, its file name and the trust domain in pods with a proxy, compared with the current templates and mesh configuration',
  needs: ['pods', 'configmaps', 'deployments.apps', 'namespaces'],
  cause: 'The pod is older than the injector’s configuration, or was injected by another revision.',
  fix: 'restart it: kubectl rollout restart',
  source: 'istio/istio pkg/kube/inject/webhook.go',
  fires: () =>
    exampleSnapshot({
      objects: {
        pods: [
          ...Object.values(EXAMPLE_PODS).filter((pod) => pod !== EXAMPLE_PODS.api),
          examplePod('shop', 'api', {
            proxy: true,
            spec: { volumes: [{ name: SOCKET_VOLUME, hostPath: { path: '/run/old' } }] },
          }),
        ],
      },
    }),
  quiet: () => exampleSnapshot({ objects: { configmaps: exampleConfigMaps(EXAMPLE_TBOT_CONFIG) } }),
  check(mesh, sink) {
    const now = injectedNow(mesh);
    const found = new Map<string, { readonly pod: LivePod; readonly evidence: readonly string[]; count: number }>();
    for (const pod of mesh.alivePods) {
      if (pod.proxy === undefined || pod.socketSource === undefined) continue;
      const wanted = now.of(pod.workload);
      if (wanted === undefined) continue;
      sink.looked();
      const env = (name: string) =>
        textAt(
          listAt(pod.proxy, 'env').find((one) => textAt(one, 'name') === name),
          'value',
        );
      const differences = [
        ['the socket of', pod.socketSource, wanted.socketSource],
        ['the socket file', env(SOCKET_FILE_VARIABLE), wanted.socketFile],
        ['the trust domain', env('TRUST_DOMAIN'), wanted.trustDomain],
      ] as const;
      for (const [what, has, would] of differences) {
        if (has === undefined || would === undefined || has === would) continue;
        const text = `${pod.workload} was created with ${what} ${has}; the injector now sets ${would}`;
        const known = found.get(text);
        if (known !== undefined) known.count += 1;
        else found.set(text, { pod, evidence: ageOf(pod, now.changed), count: 1 });
      }
    }
    for (const [text, { pod, evidence, count }] of found) {
      sink.found({
        found: text,
        evidence: [...(count > 1 ? [`${count} pods`] : []), ...evidence],
        fix: `restart it: ${pod.restart}`,
      });
    }
  },
});

function ageOf({ ref, created }: { readonly ref: string; readonly created: number }, changed: number | undefined) {
  if (Number.isNaN(created)) return [`pod ${ref}`];
  const made = `pod ${ref} was created at ${timeText(created)}`;
  return [changed === undefined ? made : `${made}, and the configuration last changed at ${timeText(changed)}`];
}
