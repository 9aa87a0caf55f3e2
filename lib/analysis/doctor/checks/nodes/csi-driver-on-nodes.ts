import { listAt, textAt } from '../../../../base/json';
import { EXAMPLE_PODS } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { adviceOf, NOT_SHARED, reasonIn } from '../log-reason';

/** Whether the SPIFFE CSI driver is there for the pods that mount from it. */
export const CSI_DRIVER_ON_NODES_CHECK = defineCheck({
  id: 'csi-driver-on-nodes',
  group: 'nodes',
  title: 'the CSI driver is ready on every node whose pods use it',
  looksAt: 'the driver’s pods, and the CSINodes of nodes whose pods use a driver',
  needs: ['pods'],
  cause:
    'The driver’s pod does not run on this node or is not ready, its registrar failed, or the kubelet uses another directory.',
  fix: 'kubectl -n teleport-system get pods -o wide; for another kubelet: csiDriver: { kubeletDirectory: "…" }',
  source: 'spiffe/spiffe-csi README.md',
  fires: () => exampleSnapshot({ objects: { pods: [EXAMPLE_PODS.web, EXAMPLE_PODS.api, EXAMPLE_PODS.tbot] } }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const registered = new Map(
      mesh
        .objects('csinodes.storage.k8s.io')
        .map((node) => [
          textAt(node, 'metadata', 'name') ?? '',
          new Set(listAt(node, 'spec', 'drivers').map((driver) => textAt(driver, 'name') ?? '')),
        ]),
    );
    const wanted = new Map<string, { node: string; driver: string; pods: string[]; mounted: boolean }>();
    for (const pod of mesh.alivePods) {
      const source = pod.socketSource;
      if (source === undefined || source.startsWith('/') || pod.node === '') continue;
      const key = `${pod.node} ${source}`;
      const one = wanted.get(key) ?? { node: pod.node, driver: source, pods: [], mounted: false };
      one.pods.push(pod.ref);
      // Containers only start when all volumes are mounted.
      one.mounted ||= pod.states.some(({ state }) => state === 'running');
      wanted.set(key, one);
    }
    for (const { node, driver, pods, mounted } of wanted.values()) {
      sink.looked();
      const agents = mesh.podsOn(node).filter(({ role }) => role === 'csi-driver');
      const drivers = registered.get(node);
      if (drivers !== undefined && !drivers.has(driver)) {
        sink.found({
          found: `node ${node} has not registered the driver ${driver}`,
          evidence: [`CSINode ${node} has ${[...drivers].join(', ') || 'no driver'}`],
        });
      } else if (agents.length === 0) {
        sink.found({ found: `node ${node} has no pod of the CSI driver ${driver}, and ${pods[0]} needs it` });
      } else if (!agents.some(({ isReady }) => isReady)) {
        const evidence = agents.flatMap((agent) => [...agent.trouble, ...mesh.events(`Pod ${agent.ref}`).slice(-2)]);
        const advice = adviceOf(reasonIn([NOT_SHARED], evidence.join('\n')));
        sink.found({ found: `${agents[0]?.ref} on node ${node} is not ready`, evidence, ...advice });
      } else if (drivers === undefined && !mounted) {
        const gap = mesh.gap('objects/csinodes.storage.k8s.io');
        sink.unseen(
          `whether node ${node} has registered ${driver}`,
          gap?.because ?? 'it has no CSINode, and no pod on it has mounted a volume of the driver yet',
        );
      }
    }
  },
});
