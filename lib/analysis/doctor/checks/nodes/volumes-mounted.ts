import { MOUNT_MESSAGES } from '../../../../upstream/messages/refusals';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { adviceOf, type LogReason, NOT_SHARED, reasonIn } from '../log-reason';
import { messageOf } from '../tbot-log';

const { driverUnknown, hostPathType, notReadOnly, notEphemeral, directoryMissing } = MOUNT_MESSAGES;

const REASONS: readonly LogReason[] = [
  {
    ...driverUnknown,
    cause: 'The driver has not registered with the kubelet of this node.',
    fix: 'kubectl -n teleport-system get pods -o wide; if the kubelet uses another directory, set csiDriver: { kubeletDirectory: "…" }',
  },
  NOT_SHARED,
  {
    ...hostPathType,
    cause: 'tbot has not started on this node yet, and the volume’s type is Directory.',
    fix: 'use the type DirectoryOrCreate, or the CSI driver',
  },
  {
    ...notReadOnly,
    cause: 'The driver supports only read-only mounts, and the pod’s volume is not read-only.',
    fix: 'set readOnly: true beside driver: csi.spiffe.io in the overlay',
  },
  {
    ...notEphemeral,
    cause: 'The CSIDriver object does not list the mode Ephemeral, or the pod uses a persistent volume.',
    fix: 'set volumeLifecycleModes: [Ephemeral] in the CSIDriver; apply dist/ again',
  },
  {
    ...directoryMissing,
    cause: 'The directory of tbot’s socket does not exist on the node yet, or the driver looks in another directory.',
    fix: 'compare -workload-api-socket-dir of the driver with the hostPath of tbot',
  },
];

/** Whether pods get their volumes. */
export const VOLUMES_MOUNTED_CHECK = defineCheck({
  id: 'volumes-mounted',
  group: 'nodes',
  isSymptom: true,
  title: 'pods can mount the socket’s volume',
  looksAt: 'mount warnings of pods that have the socket’s volume and are not ready',
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
      sink.found({
        found: `${pod.ref}: a volume cannot be mounted on node ${pod.node}`,
        evidence: [messageOf(last)],
        ...adviceOf(reasonIn(REASONS, last)),
      });
    }
  },
});
