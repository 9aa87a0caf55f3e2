import { TEMPLATES_ANNOTATION } from '../../../../upstream/istio/injection';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { type InjectedNow, injectedNow } from '../../injected-now';
import type { LivePod } from '../../live-pod';

/** Whether pods were made with the overlay that gives them the socket. */
export const PODS_HAVE_SOCKET_CHECK = defineCheck({
  id: 'pods-have-socket',
  group: 'injection',
  title: 'every proxy has the Workload API’s socket',
  looksAt: 'the socket’s volume in pods with a proxy, if other pods of the mesh have it',
  needs: ['pods'],
  cause:
    'The pod is older than the injection template with the socket, selects other templates, or belongs to another revision. Its certificate comes from istiod, and other proxies refuse it.',
  fix: 'add the overlay to its annotation inject.istio.io/templates, or restart it if it would have the socket then',
  source: 'istio/istio pkg/istio-agent/agent.go',
  fires: () =>
    exampleSnapshot({
      objects: {
        pods: [...Object.values(EXAMPLE_PODS), examplePod('shop', 'old', { proxy: true, spec: { volumes: [] } })],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const proxies = mesh.alivePods.filter(({ proxy }) => proxy !== undefined);
    // A mesh without any such pod has not begun, and its own check says so.
    if (!proxies.some((pod) => mesh.usesWorkloadApi(pod))) return;
    const now = injectedNow(mesh);
    for (const pod of proxies) {
      sink.looked();
      if (mesh.usesWorkloadApi(pod)) continue;
      sink.found({
        found: `${pod.ref} has no Workload API socket, but other pods of the mesh have one`,
        fix: fixOf(pod, now.of(pod.workload)),
      });
    }
  },
});

/** A pod that would be made without the socket again needs more than a restart. */
function fixOf(pod: LivePod, injected: InjectedNow | undefined): string {
  if (injected?.socketSource !== undefined) return `restart it: ${pod.restart}`;
  const annotate = `its annotation ${TEMPLATES_ANNOTATION} must include the overlay`;
  return injected === undefined
    ? `restart it: ${pod.restart}; ${annotate}`
    : `a restart alone does not help: ${annotate}, as those of other workloads; then ${pod.restart}`;
}
