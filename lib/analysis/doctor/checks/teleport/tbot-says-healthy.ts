import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { answersOfTbots } from '../tbot-answers';

/** Whether tbot reports itself as healthy. */
export const TBOT_SAYS_HEALTHY_CHECK = defineCheck({
  id: 'tbot-says-healthy',
  group: 'teleport',
  isSymptom: true,
  title: 'every tbot reports its services as healthy',
  looksAt: 'the answer of each tbot at /readyz, through the API server',
  needs: ['pods'],
  cause: 'A service of tbot has failed; the answer gives the reason.',
  fix: 'kubectl -n teleport-system logs daemonset/tbot',
  source: 'gravitational/teleport lib/tbot/services/diagnostics',
  fires: () =>
    exampleSnapshot({
      tbots: [
        {
          namespace: 'teleport-system',
          pod: 'tbot-1',
          readyz:
            '{"status":"unhealthy","services":{"workload-identity-api":{"status":"unhealthy","reason":"no identity"}}}',
          metrics: {},
        },
      ],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const { namespace, pod, readyz = '' } of answersOfTbots(mesh, sink)) {
      sink.looked();
      if (!/unhealthy|ServiceUnavailable|currently unable|\binitializing\b/i.test(readyz)) continue;
      sink.found({
        found: `${namespace}/${pod} reports that it is not healthy`,
        evidence: [readyz.trim().slice(0, 600)],
      });
    }
  },
});
