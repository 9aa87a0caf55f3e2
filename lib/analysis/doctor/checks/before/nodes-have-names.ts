import type { JsonObject } from '../../../../base/json';
import { listAt, textAt } from '../../../../base/json';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether tbot will find its kubelet by the node's name. */
export const NODES_HAVE_NAMES_CHECK = defineCheck({
  id: 'nodes-have-names',
  group: 'before',
  title: 'kubelets can be reached by their nodes’ names',
  looksAt: 'the addresses of all nodes; not whether DNS in a pod resolves them',
  needs: ['nodes'],
  cause: 'tbot connects to its kubelet by the node’s name, which DNS or the kubelet’s certificate may not contain.',
  fix: 'set tbot: { kubeletAddress: "hostIP" }',
  source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest',
  fires: () => exampleSnapshot({ objects: { nodes: [node([{ type: 'InternalIP', address: '10.0.0.1' }])] } }),
  quiet: () => exampleSnapshot({ objects: { nodes: [node([{ type: 'Hostname', address: 'node-1' }])] } }),
  check(mesh, sink) {
    for (const one of mesh.objects('nodes')) {
      sink.looked();
      const name = textAt(one, 'metadata', 'name') ?? '';
      const names = listAt(one, 'status', 'addresses').filter((address) =>
        /Hostname|DNS/.test(textAt(address, 'type') ?? ''),
      );
      if (names.some((address) => textAt(address, 'address') === name)) continue;
      sink.found({ severity: 'warning', found: `node ${name} has no address of this name` });
    }
  },
});

function node(addresses: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, status: { addresses } };
}
