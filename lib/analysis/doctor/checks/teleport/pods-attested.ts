import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { STREAM_CLOSED } from '../../../../upstream/messages/proxy-messages';
import {
  ATTESTATION_MESSAGES,
  ATTESTATION_REASONS,
  IDENTITY_MESSAGES,
} from '../../../../upstream/messages/tbot-messages';
import { examplePodsWith } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { LiveMesh } from '../../live-mesh';
import type { LivePod } from '../../live-pod';
import { adviceOf, anyOf, type LogReason, reasonIn } from '../log-reason';
import { reportTbotLog, timeOf } from '../tbot-log';

const { untrustedKubelet, otherName, notAllowed, noKubelet, hiddenProcess, noContainer, notSidecar } =
  ATTESTATION_REASONS;

const REASONS: readonly LogReason[] = [
  {
    ...untrustedKubelet,
    cause: 'The kubelet’s certificate is self-signed.',
    fix: 'KubeletTls.verify with the kubelet’s own certificate, or let the cluster sign it (serverTLSBootstrap)',
  },
  {
    ...otherName,
    cause: 'The kubelet’s certificate or DNS does not contain the node name that tbot uses.',
    fix: 'set tbot: { kubeletAddress: "hostIP" }',
  },
  {
    ...notAllowed,
    cause: 'tbot’s role lacks the permission to list the kubelet’s pods.',
    fix: 'grant its ClusterRole get on nodes/pods, or on nodes/proxy for kubelets before 1.33',
  },
  {
    ...noKubelet,
    cause: 'tbot uses the wrong address: TELEPORT_NODE_NAME is not set from spec.nodeName.',
    fix: 'set TELEPORT_NODE_NAME from spec.nodeName in tbot’s DaemonSet',
  },
  {
    ...hiddenProcess,
    cause: 'The node does not let tbot read the processes of other containers, in spite of its capabilities.',
    fix: "set tbot: { privilege: 'privileged' }",
  },
  {
    ...noContainer,
    cause: 'tbot does not see the caller’s process, or the container runtime uses other names for control groups.',
    fix: 'set hostPID: true in tbot’s DaemonSet',
  },
  {
    ...notSidecar,
    cause: 'An init container that terminates requests an identity; only containers that keep running are attested.',
    fix: 'request the identity from a container that keeps running',
  },
];

/** That Teleport has no identity for somebody. */
const REFUSAL = anyOf([STREAM_CLOSED, ...Object.values(IDENTITY_MESSAGES)]);

/** Whether tbot can attest pods through its kubelet. */
export const PODS_ATTESTED_CHECK = defineCheck({
  id: 'pods-attested',
  group: 'teleport',
  title: 'tbot attests the pods that request identities',
  looksAt: 'failed attestations in the logs of tbot',
  needs: ['pods'],
  cause:
    'tbot cannot find out from its kubelet which pod the caller belongs to. Possible reasons: permission, the kubelet’s address or certificate, hostPID, or native sidecars with a tbot that does not support them.',
  fix: 'read the full message in kubectl -n teleport-system logs daemonset/tbot',
  source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest',
  fires: () =>
    exampleSnapshot({
      objects: { pods: examplePodsWith({ api: false }) },
      logs: [
        exampleLog('tbot', 'WARN Workload attestation failed error="kubelet: 403 Forbidden: cannot get resource"'),
      ],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportTbotLog(
      mesh,
      sink,
      ATTESTATION_MESSAGES.failed.pattern,
      (pod, line) => ({
        found: `${pod}: it cannot attest the pods of its node`,
        ...adviceOf(reasonIn(REASONS, line)),
      }),
      // Where Teleport refused a pod later than that, the pod was attested: one that has just started is not listed at first.
      (tbot, line) => lastRefusal(mesh, tbot) - timeOf(line) > LATER,
    );
  },
});

/** By how much a refusal may come after the failed attestation that it follows from, in milliseconds. */
const LATER = 5_000;

/** When Teleport refused a pod of a tbot's node last, as the proxies or tbot say; before all times if it did not. */
function lastRefusal(mesh: LiveMesh, tbot: LivePod): number {
  const proxies = mesh.podsOn(tbot.node).filter((pod) => mesh.usesWorkloadApi(pod) && !pod.isReady);
  const lines = [
    ...proxies.flatMap((pod) => mesh.logOf(pod, PROXY_CONTAINER, REFUSAL)),
    ...mesh.logOf(tbot, tbot.mainContainer, REFUSAL),
  ];
  const times = lines.map(({ line }) => timeOf(line)).filter((time) => !Number.isNaN(time));
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}
