import { examplePodsWith } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportTbotLog } from '../tbot-log';

const REASONS = [
  {
    pattern: /certificate signed by unknown authority/i,
    cause: 'The kubelet signed its certificate itself.',
    fix: 'KubeletTls.verify with the kubelet’s own certificate, or let the cluster sign it (serverTLSBootstrap)',
  },
  {
    pattern: /403|forbidden|cannot get resource/i,
    cause: 'The role of tbot lacks the right to ask the kubelet for its pods.',
    fix: 'give its ClusterRole get on nodes/pods, or nodes/proxy for kubelets before 1.33',
  },
  {
    pattern: /no such host|certificate is valid for/i,
    cause: 'The kubelet’s certificate, or DNS, does not know the node by the name that tbot uses.',
    fix: 'set tbot: { kubeletAddress: "hostIP" }',
  },
  {
    pattern: /connection refused/i,
    cause: 'tbot asks the wrong address: TELEPORT_NODE_NAME is not set from spec.nodeName.',
    fix: 'set TELEPORT_NODE_NAME from spec.nodeName in the DaemonSet of tbot',
  },
] as const;

/** Whether tbot learns from its kubelet which pod asks. */
export const PODS_ATTESTED_CHECK = defineCheck({
  id: 'pods-attested',
  group: 'teleport',
  title: 'tbot attests the pods that ask',
  looksAt: 'failed attestations in the logs of tbot',
  needs: ['pods'],
  cause:
    'tbot cannot learn from its kubelet which pod the caller is: the right, the address or the certificate of the kubelet, hostPID, or native sidecars and a tbot that does not know them.',
  fix: 'read the words behind it in kubectl -n teleport-system logs daemonset/tbot',
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
    reportTbotLog(mesh, sink, /attestation failed/i, (pod, line) => {
      const reason = REASONS.find(({ pattern }) => pattern.test(line));
      return {
        found: `${pod}: it cannot attest the pods of its node`,
        ...(reason && { cause: reason.cause, fix: reason.fix }),
      };
    });
  },
});
