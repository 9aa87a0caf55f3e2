import { ISTIOD_FAILURE } from '../../../../upstream/messages/proxy-messages';
import { EXAMPLE_PODS, examplePodsWith } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { LiveMesh } from '../../live-mesh';
import type { LivePod } from '../../live-pod';
import { istiodElsewhere } from '../istiod-elsewhere';
import { messageOf } from '../tbot-log';

/** Whether there is a control plane. */
export const ISTIOD_READY_CHECK = defineCheck({
  id: 'istiod-ready',
  group: 'istiod',
  title: 'istiod is ready',
  looksAt: 'the pods of istiod, and the log of one that is not ready',
  needs: ['pods'],
  cause:
    'Without istiod, no new pod starts, because its webhook fails, and no configuration change reaches the proxies.',
  fix: 'kubectl -n istio-system get pods; kubectl -n istio-system logs deploy/istiod',
  source: 'istio/istio manifests/charts/istio-control/istio-discovery/templates/deployment.yaml',
  fires: () => exampleSnapshot({ objects: { pods: examplePodsWith({ istiod: false }) } }),
  quiet: () => exampleSnapshot({ objects: { pods: Object.values(EXAMPLE_PODS) } }),
  check(mesh, sink) {
    const pods = mesh.alivePods.filter(({ role }) => role === 'istiod');
    const elsewhere = pods.length === 0 ? istiodElsewhere(mesh) : undefined;
    if (elsewhere !== undefined) return sink.unseen('istiod', `it runs outside of this cluster: ${elsewhere}`);
    sink.looked();
    if (pods.length === 0) sink.found({ found: 'no pod runs istiod' });
    // One that is ready serves; others may be on their way.
    else if (!pods.some(({ isReady }) => isReady)) {
      const [pod] = pods;
      sink.found({
        found: `${pod?.ref} is not ready`,
        evidence: [
          ...(pod?.trouble ?? []),
          ...mesh.events(`Pod ${pod?.ref}`).slice(-2),
          ...(pod === undefined ? [] : lastFailures(mesh, pod)),
        ],
      });
    }
  },
});

/** What istiod itself says last of what went wrong. */
function lastFailures(mesh: LiveMesh, pod: LivePod): readonly string[] {
  const lines = mesh.logOf(pod, pod.mainContainer, ISTIOD_FAILURE.pattern);
  return lines.slice(-2).map(({ line }) => messageOf(line));
}
