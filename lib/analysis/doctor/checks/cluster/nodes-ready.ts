import { listAt, textAt } from '../../../../base/json';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether the nodes are there. */
export const NODES_READY_CHECK = defineCheck({
  id: 'nodes-ready',
  group: 'cluster',
  title: 'the API server answers and the nodes are ready',
  looksAt: 'the API server’s version and the conditions of nodes',
  needs: ['server', 'nodes'],
  cause: 'The kubelet does not report, or the node lacks resources: pods on it may not run.',
  fix: 'kubectl describe node',
  source: 'kubernetes/kubernetes pkg/controller/nodelifecycle',
  fires: () =>
    exampleSnapshot({
      objects: {
        nodes: [
          {
            apiVersion: 'v1',
            kind: 'Node',
            metadata: { name: 'node-1' },
            status: {
              conditions: [
                {
                  type: 'Ready',
                  status: 'Unknown',
                  reason: 'NodeStatusUnknown',
                  message: 'Kubelet stopped posting node status.',
                },
              ],
            },
          },
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const node of mesh.objects('nodes')) {
      sink.looked();
      const ready = listAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
      if (textAt(ready, 'status') === 'True') continue;
      sink.found({
        found: `node ${textAt(node, 'metadata', 'name') ?? ''} is not ready`,
        evidence: [textAt(ready, 'message') ?? 'it has no condition Ready'],
      });
    }
  },
});
