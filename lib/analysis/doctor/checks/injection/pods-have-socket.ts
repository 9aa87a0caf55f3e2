import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether pods were made with the overlay that gives them the socket. */
export const PODS_HAVE_SOCKET_CHECK = defineCheck({
  id: 'pods-have-socket',
  group: 'injection',
  title: 'every proxy has the Workload API’s socket',
  looksAt: 'the socket’s volume in pods with a proxy, if other pods of the mesh have it',
  needs: ['pods'],
  cause:
    'The pod is older than the injection template with the socket, selects other templates, or belongs to another revision. Its certificate comes from istiod, and other proxies refuse it.',
  fix: 'restart it: kubectl -n <namespace> rollout restart deployment; its annotation inject.istio.io/templates must include the overlay',
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
    for (const pod of proxies) {
      sink.looked();
      if (!mesh.usesWorkloadApi(pod)) {
        sink.found({ found: `${pod.ref} has no Workload API socket, but other pods of the mesh have one` });
      }
    }
  },
});
