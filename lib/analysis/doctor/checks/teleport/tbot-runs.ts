import { EXAMPLE_PODS } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether there is a tbot wherever a proxy needs one. */
export const TBOT_RUNS_CHECK = defineCheck({
  id: 'tbot-runs',
  group: 'teleport',
  isSymptom: true,
  title: 'tbot is ready on every node with proxies',
  looksAt: 'the pods of tbot on the nodes of pods whose proxies need its socket',
  needs: ['pods'],
  cause:
    'The DaemonSet does not schedule a pod on the node (taints, node selector, Pod Security), or its pod there does not become ready.',
  fix: 'kubectl -n teleport-system get pods -o wide; kubectl -n teleport-system describe daemonset tbot',
  source: 'gravitational/teleport examples/chart/tbot-spiffe-daemon-set',
  fires: () => exampleSnapshot({ objects: { pods: [EXAMPLE_PODS.web, EXAMPLE_PODS.api, EXAMPLE_PODS.istiod] } }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const needing = new Map<string, string>();
    for (const pod of mesh.alivePods) {
      if (pod.node === '' || !mesh.usesWorkloadApi(pod)) continue;
      if (!needing.has(pod.node) || !pod.isReady) needing.set(pod.node, pod.ref);
    }
    for (const [node, example] of needing) {
      sink.looked();
      const agents = mesh.podsOn(node).filter(({ role }) => role === 'tbot');
      if (agents.some(({ isReady }) => isReady)) continue;
      const [agent] = agents;
      if (agent === undefined) sink.found({ found: `node ${node} has no tbot, but ${example} needs one there` });
      else {
        const events = mesh.events(`Pod ${agent.ref}`);
        sink.found({
          found: `${agent.ref} on node ${node} is not ready`,
          evidence: [...agent.trouble, ...events.slice(-2)],
        });
      }
    }
  },
});
