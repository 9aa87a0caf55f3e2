import { IDENTITY_MESSAGES } from '../../../../upstream/messages/tbot-messages';
import { examplePodsWith } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportTbotLog } from '../tbot-log';

/** Whether the bot's roles allow tbot to read the workload identity. */
export const TBOT_MAY_READ_IDENTITY_CHECK = defineCheck({
  id: 'tbot-may-read-identity',
  group: 'teleport',
  title: 'the bot’s roles have the permissions that tbot needs',
  looksAt: 'access denied messages in tbot’s logs',
  needs: ['pods'],
  cause: 'The bot’s role lacks the verbs read and list for workload_identity, or the bot has no role.',
  fix: 'apply dist/teleport/teleport.yaml again: tctl create -f',
  source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1',
  fires: () =>
    exampleSnapshot({
      objects: { pods: examplePodsWith({ api: false }) },
      logs: [exampleLog('tbot', 'ERROR access denied to perform action "readnosecrets" on "workload_identity"')],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportTbotLog(mesh, sink, IDENTITY_MESSAGES.roleRefuses.pattern, (pod) => ({
      found: `${pod}: its role lacks a permission`,
    }));
  },
});
