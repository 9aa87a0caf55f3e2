import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** A pod younger than this may still be starting. */
const STARTING = 60_000;

/** Whether pods with a proxy get ready. */
export const PROXIES_READY_CHECK = defineCheck({
  id: 'proxies-ready',
  group: 'certificates',
  isSymptom: true,
  title: 'pods with a proxy are ready',
  looksAt: 'the conditions of pods with a proxy',
  needs: ['pods'],
  cause:
    'A proxy becomes ready when it has its certificate and its configuration, and a pod when all of its containers are ready.',
  fix: 'kubectl -n <namespace> describe pod; kubectl -n <namespace> logs <pod> -c istio-proxy',
  source: 'istio/istio pilot/cmd/pilot-agent/status/ready',
  fires: () =>
    exampleSnapshot({
      objects: { pods: [...Object.values(EXAMPLE_PODS), examplePod('shop', 'late', { proxy: true, ready: false })] },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const pod of mesh.alivePods.filter(({ proxy }) => proxy !== undefined)) {
      sink.looked();
      if (pod.isReady) continue;
      const isYoung = mesh.now - pod.created < STARTING;
      sink.found({
        severity: isYoung ? 'warning' : 'error',
        found: `${pod.ref} is not ready`,
        evidence: [...pod.trouble.slice(0, 2), ...mesh.events(`Pod ${pod.ref}`).slice(-1)],
        fix: `kubectl -n ${pod.namespace} describe pod ${pod.name}; kubectl -n ${pod.namespace} logs ${pod.name} -c ${PROXY_CONTAINER}`,
      });
    }
  },
});
