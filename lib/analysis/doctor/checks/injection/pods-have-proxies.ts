import { OriginInFile } from '../../../../base/yaml/text-origin';
import { toWorkload, type Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import { POD_INJECTION_LABEL } from '../../../../upstream/istio/injection';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { LivePod } from '../../live-pod';

/** Whether the pods of namespaces that ask for proxies have them. */
export const PODS_HAVE_PROXIES_CHECK = defineCheck({
  id: 'pods-have-proxies',
  group: 'injection',
  title: 'pods of namespaces with injection have a proxy',
  looksAt: 'the containers of pods that the injector’s webhooks and settings select',
  needs: ['pods', 'namespaces'],
  cause: 'The pod was created before the label was set or while istiod was down, or the webhook does not select it.',
  fix: 'restart it: kubectl rollout restart',
  source: 'istio/istio pkg/kube/inject/inject.go',
  fires: () => exampleSnapshot({ objects: { pods: [...Object.values(EXAMPLE_PODS), examplePod('shop', 'old')] } }),
  quiet: () =>
    exampleSnapshot({
      objects: {
        pods: [
          ...Object.values(EXAMPLE_PODS),
          examplePod('shop', 'own', { metadata: { labels: { [POD_INJECTION_LABEL]: 'false' } } }),
        ],
      },
    }),
  check(mesh, sink) {
    const { cluster, target } = mesh;
    for (const pod of mesh.alivePods) {
      const workload = pod.role === 'other' ? workloadOf(pod) : undefined;
      if (workload === undefined || cluster.injectionOf(workload, target).kind !== 'injected') continue;
      // Its templates may have none.
      if (cluster.proxyOf(workload, target).kind === 'none') continue;
      sink.looked();
      if (pod.proxy === undefined) {
        sink.found({
          found: `${pod.ref} has no proxy, although it should be injected`,
          fix: `restart it: ${pod.restart}`,
        });
      }
    }
  },
});

/** A pod as the injector meets it: by itself, whatever made it. */
function workloadOf({ body, name, namespace }: LivePod): Workload | undefined {
  const manifest: Manifest = {
    shape: 'kubernetes',
    apiVersion: 'v1',
    kind: 'Pod',
    name,
    namespace,
    body,
    file: 'objects/pods',
    document: 0,
    locate: () => new OriginInFile('objects/pods', 0).locate(0, 0),
  };
  return toWorkload({ manifest, kind: 'Pod', name, namespace, pod: body, podPointer: '' });
}
