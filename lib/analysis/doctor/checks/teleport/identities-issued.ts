import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { ATTESTATION_MESSAGES, IDENTITY_MESSAGES } from '../../../../upstream/messages/tbot-messages';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { LiveMesh, LogLine } from '../../live-mesh';
import type { LivePod } from '../../live-pod';
import { adviceOf, anyOf, type LogReason, reasonIn } from '../log-reason';
import { isSince, messageOf, reportUnreadLog, reportUnreadTbotLogs, timeOf } from '../tbot-log';

const { roleRefuses, noRule, noAttribute, noIdentity, noneSelected } = IDENTITY_MESSAGES;

const APPLY = 'add the namespace to the mesh, and apply dist/teleport/teleport.yaml: tctl create -f';

const REASONS: readonly LogReason[] = [
  {
    ...roleRefuses,
    cause: 'The bot’s role lacks the verbs read and list for workload_identity, or the bot has no role.',
    fix: 'apply dist/teleport/teleport.yaml again: tctl create -f',
  },
  {
    ...noRule,
    cause:
      'No rule of the workload identity matches this pod: its namespace is not in the rule, or tbot could not attest the pod.',
    fix: `tctl get workload_identity/istio-workloads, ${APPLY}`,
  },
  {
    ...noAttribute,
    cause: 'The template of the SPIFFE ID uses an attribute that is missing, because tbot could not attest the pod.',
    fix: 'kubectl -n teleport-system logs daemonset/tbot shows why it could not attest the pod',
  },
  {
    ...noIdentity,
    cause: 'tbot names a workload identity that Teleport does not have.',
    fix: 'compare selector.name of tbot with tctl get workload_identity, and apply dist/teleport/teleport.yaml',
  },
  {
    ...noneSelected,
    cause: 'No workload identity with the labels of tbot’s selector matches this pod.',
    fix: `tctl get workload_identity, ${APPLY}`,
  },
];

const NOT_ATTESTED = {
  cause: 'tbot could not attest the pod, so Teleport knows nothing of it and no rule of the workload identity matches.',
  fix: 'kubectl -n teleport-system logs daemonset/tbot shows why tbot cannot attest the pods of its node; the rule need not change',
} as const;

/** Time between a failed attestation and the refusal that follows from it, in milliseconds. */
const TOGETHER = 5_000;

const ANY = anyOf(REASONS);

/** Whether Teleport issues an identity to every pod that requests one. */
export const IDENTITIES_ISSUED_CHECK = defineCheck({
  id: 'identities-issued',
  group: 'teleport',
  isSymptom: true,
  title: 'Teleport issues an identity to every pod that requests one',
  looksAt: 'refused identities in the logs of proxies that are not ready, and of the tbots of their nodes',
  needs: ['pods'],
  cause:
    'No rule of the workload identity matches this pod: its namespace is not in the rule, or the bot’s role does not allow the identity.',
  fix: 'tctl get workload_identity/istio-workloads, add the namespace to the mesh, and apply dist/teleport/teleport.yaml again',
  source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
  fires: () =>
    exampleSnapshot({
      objects: { pods: [...Object.values(EXAMPLE_PODS), examplePod('other', 'late', { proxy: true, ready: false })] },
      logs: [exampleLog('tbot', 'ERROR failed to issue: access denied: no rule allows namespace:other')],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportUnreadTbotLogs(mesh, sink);
    const tbots = new Map<string, LivePod>();
    const hasLogs = mesh.hasLogs('tbot');
    for (const tbot of mesh.alivePods.filter(({ role }) => role === 'tbot')) {
      tbots.set(tbot.node, tbot);
      if (hasLogs) sink.looked();
    }
    for (const pod of mesh.alivePods) {
      // A pod that got one since says that the refusal is over, and one whose proxy has not started has not asked.
      if (!mesh.usesWorkloadApi(pod) || pod.isReady || !pod.hasStarted(PROXY_CONTAINER)) continue;
      // tbot hands Teleport's words to the proxy; in its own log they stand only for some ways of asking.
      const said =
        mesh.logOf(pod, PROXY_CONTAINER, ANY).filter(isOf(pod)).at(-1) ?? inLogOf(mesh, tbots.get(pod.node), pod);
      if (said === undefined) {
        reportUnreadLog(mesh, sink, pod, PROXY_CONTAINER);
        continue;
      }
      sink.found({
        found: `${pod.workload}: Teleport refuses the identity`,
        evidence: [`pod ${pod.ref}`, messageOf(said.line)],
        ...adviceOf(reasonIn(REASONS, said.line)),
        ...(noRule.pattern.test(said.line) && followsFailure(mesh, tbots.get(pod.node), said.line) && NOT_ATTESTED),
      });
    }
  },
});

/** Whether a refusal follows from an attestation that failed just before: nothing is then known of the pod, and no rule is at fault. */
function followsFailure(mesh: LiveMesh, tbot: LivePod | undefined, refusal: string): boolean {
  if (tbot === undefined) return false;
  const at = timeOf(refusal);
  return mesh
    .logOf(tbot, tbot.mainContainer, ATTESTATION_MESSAGES.failed.pattern)
    .some(({ line }) => Math.abs(at - timeOf(line)) <= TOGETHER);
}

function isOf(pod: LivePod): (line: LogLine) => boolean {
  return ({ line }) => isSince(line, pod.created || 0);
}

/** What tbot says of the pod; of lines that name no pod, the last. */
function inLogOf(mesh: LiveMesh, tbot: LivePod | undefined, pod: LivePod): LogLine | undefined {
  const lines = tbot === undefined ? [] : mesh.logOf(tbot, tbot.mainContainer, ANY).filter(isOf(pod));
  const own = lines.filter(({ line }) => line.includes(pod.name));
  return (own.length > 0 ? own : lines.filter(({ line }) => !/pod[_-]?name/i.test(line))).at(-1);
}
