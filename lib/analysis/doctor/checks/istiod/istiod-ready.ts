import { EXAMPLE_PODS, examplePodsWith } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether there is a control plane. */
export const ISTIOD_READY_CHECK = defineCheck({
  id: 'istiod-ready',
  group: 'istiod',
  title: 'istiod is ready',
  looksAt: 'the pods of istiod',
  needs: ['pods'],
  cause: 'Without istiod no new pod starts, as its webhook fails, and no change reaches the proxies.',
  fix: 'kubectl -n istio-system get pods; kubectl -n istio-system logs deploy/istiod',
  source: 'istio/istio manifests/charts/istio-control/istio-discovery/templates/deployment.yaml',
  fires: () => exampleSnapshot({ objects: { pods: examplePodsWith({ istiod: false }) } }),
  quiet: () => exampleSnapshot({ objects: { pods: Object.values(EXAMPLE_PODS) } }),
  check(mesh, sink) {
    const pods = mesh.alivePods.filter(({ role }) => role === 'istiod');
    sink.looked();
    if (pods.length === 0) sink.found({ found: 'no pod runs istiod' });
    // One that is ready serves; others may be on their way.
    else if (!pods.some(({ isReady }) => isReady)) {
      const [pod] = pods;
      sink.found({
        found: `${pod?.ref} is not ready`,
        evidence: [...(pod?.trouble ?? []), ...mesh.events(`Pod ${pod?.ref}`).slice(-2)],
      });
    }
  },
});
