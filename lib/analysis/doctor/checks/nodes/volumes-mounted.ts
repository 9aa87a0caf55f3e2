import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { messageOf } from '../tbot-log';

const REASONS = [
  {
    pattern: /not found in the list of registered CSI drivers/i,
    cause: 'The driver has not registered with the kubelet of this node.',
    fix: 'kubectl -n teleport-system get pods -o wide; csiDriver: { kubeletDirectory: "…" } where the kubelet’s directory is elsewhere',
  },
  {
    pattern: /not a shared mount/i,
    cause:
      'The kubelet’s pods directory is not mounted as shared on this node, so what the driver mounts stays in its own container.',
    fix: 'mount the directory as shared on the node, or take the hostPath socket',
  },
  {
    pattern: /hostPath type check failed/i,
    cause: 'tbot is late on this node, and the volume’s type is Directory.',
    fix: 'DirectoryOrCreate as type, or the CSI driver',
  },
] as const;

/** Whether pods get their volumes. */
export const VOLUMES_MOUNTED_CHECK = defineCheck({
  id: 'volumes-mounted',
  group: 'nodes',
  isSymptom: true,
  title: 'pods get the socket’s volume',
  looksAt: 'warnings about mounting, of pods with the socket’s volume that are not ready',
  needs: ['pods', 'events'],
  cause: 'A volume of the pod cannot be mounted.',
  fix: 'kubectl describe the pod',
  source: 'kubernetes/kubernetes pkg/volume/csi',
  fires: () =>
    exampleSnapshot({
      objects: {
        pods: [
          ...Object.values(EXAMPLE_PODS),
          examplePod('shop', 'late', { proxy: true, ready: false, status: { containerStatuses: [] } }),
        ],
        events: [
          {
            apiVersion: 'v1',
            kind: 'Event',
            type: 'Warning',
            reason: 'FailedMount',
            message:
              'MountVolume.SetUp failed: driver name csi.spiffe.io not found in the list of registered CSI drivers',
            metadata: { name: 'one', namespace: 'shop' },
            involvedObject: { kind: 'Pod', namespace: 'shop', name: 'late-1' },
          },
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const pod of mesh.alivePods.filter((one) => mesh.usesWorkloadApi(one))) {
      sink.looked();
      if (pod.isReady || pod.states.some(({ state }) => state === 'running')) continue;
      const events = mesh.events(`Pod ${pod.ref}`).filter((event) => /^FailedMount|MountVolume/.test(event));
      const last = events.at(-1);
      if (last === undefined) continue;
      const reason = REASONS.find(({ pattern }) => pattern.test(last));
      sink.found({
        found: `${pod.ref}: a volume cannot be mounted on node ${pod.node}`,
        evidence: [messageOf(last)],
        ...(reason && { cause: reason.cause, fix: reason.fix }),
      });
    }
  },
});
