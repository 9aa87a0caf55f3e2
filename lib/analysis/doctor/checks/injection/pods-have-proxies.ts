import { field, textAt, textsAt } from '../../../../base/json';
import {
  IGNORED_NAMESPACES,
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  POD_INJECTION_LABEL,
  REVISION_LABEL,
} from '../../../../upstream/istio/injection';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether the pods of namespaces that ask for proxies have them. */
export const PODS_HAVE_PROXIES_CHECK = defineCheck({
  id: 'pods-have-proxies',
  group: 'injection',
  title: 'pods of namespaces with injection have a proxy',
  looksAt: 'the containers of pods in namespaces whose labels ask for injection',
  needs: ['pods', 'namespaces'],
  cause: 'The pod was made before the label was there or while istiod was down, or its webhook does not select it.',
  fix: 'kubectl -n <namespace> rollout restart deployment',
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
    const injected = new Set(
      mesh.objects('namespaces').flatMap((namespace) => {
        const labels = textsAt(namespace, 'metadata', 'labels');
        const asks =
          labels[NAMESPACE_INJECTION_LABEL] === NAMESPACE_INJECTION.on ||
          (labels[NAMESPACE_INJECTION_LABEL] === undefined && labels[REVISION_LABEL] !== undefined);
        const name = textAt(namespace, 'metadata', 'name') ?? '';
        return asks && !IGNORED_NAMESPACES.has(name) ? [name] : [];
      }),
    );
    for (const pod of mesh.alivePods) {
      const own = pod.labels[POD_INJECTION_LABEL] ?? pod.annotations[POD_INJECTION_LABEL];
      const isWanted = own === 'true' || (injected.has(pod.namespace) && own !== 'false');
      if (!isWanted || field(pod.body, 'spec', 'hostNetwork') === true || pod.role !== 'other') continue;
      sink.looked();
      if (pod.proxy === undefined) sink.found({ found: `${pod.ref} has no proxy, although it is to be injected` });
    }
  },
});
