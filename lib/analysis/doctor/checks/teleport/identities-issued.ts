import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { isSince, messageOf } from '../tbot-log';

/** A refusal by the rules of the workload identities, and not by the roles of the bot. */
const REFUSED = /access denied(?! to perform action)|unknown resource names: ?\[|no workload identity/i;

/** Whether Teleport has an identity for every pod that asks. */
export const IDENTITIES_ISSUED_CHECK = defineCheck({
  id: 'identities-issued',
  group: 'teleport',
  isSymptom: true,
  title: 'Teleport has an identity for every pod that asks',
  looksAt: 'refused identities in the logs of tbots on nodes with a proxy that is not ready',
  needs: ['pods'],
  cause:
    'No rule of the workload identity lets this pod have it: its namespace is not in the rule, or the bot’s role does not allow the identity.',
  fix: 'tctl get workload_identity/istio-workloads, add the namespace to the mesh, and apply dist/teleport/teleport.yaml again',
  source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
  fires: () =>
    exampleSnapshot({
      objects: { pods: [...Object.values(EXAMPLE_PODS), examplePod('other', 'late', { proxy: true, ready: false })] },
      logs: [exampleLog('tbot', 'ERROR failed to issue: access denied: no rule allows namespace:other')],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const tbot of mesh.alivePods.filter(({ role }) => role === 'tbot')) {
      if (!mesh.hasLogs('tbot')) continue;
      sink.looked();
      // A pod that got one since says that the refusal is over, and one whose proxy has not started has not asked.
      const late = mesh.alivePods.filter(
        (pod) => pod.node === tbot.node && mesh.usesWorkloadApi(pod) && !pod.isReady && pod.hasStarted(PROXY_CONTAINER),
      );
      for (const pod of late) {
        const lines = mesh
          .logOf(tbot, tbot.mainContainer, REFUSED)
          .filter(({ line }) => isSince(line, pod.created || 0));
        const own = lines.filter(({ line }) => line.includes(pod.name));
        const shown = own.length > 0 ? own : lines.filter(({ line }) => !/pod[_-]?name/i.test(line));
        if (shown.length === 0) continue;
        sink.found({
          found: `${pod.workload}: Teleport refuses the identity`,
          evidence: [`pod ${pod.ref}`, ...shown.slice(-1).map(({ line }) => messageOf(line))],
        });
      }
    }
  },
});
