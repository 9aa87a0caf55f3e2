import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** What tbot says of itself. */
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
    const asked = new Set(mesh.snapshot.tbots.map(({ namespace, pod }) => `${namespace}/${pod}`));
    for (const { ref, role, isReady, diagnosticsPort } of mesh.alivePods) {
      if (role !== 'tbot' || !isReady || diagnosticsPort === undefined || asked.has(ref)) continue;
      sink.unseen(ref, 'it was not queried');
    }
    for (const { namespace, pod, readyz } of mesh.snapshot.tbots) {
      if (readyz === undefined) {
        // One that does not run cannot answer; that is reported where pods are looked at.
        if (mesh.pod(`${namespace}/${pod}`)?.isReady === false) continue;
        const gap = mesh.gap(`tbots/${namespace}/${pod}`);
        sink.unseen(`${namespace}/${pod}`, gap?.because ?? 'it gave no answer');
        continue;
      }
      sink.looked();
      if (!/unhealthy|ServiceUnavailable|currently unable|\binitializing\b/i.test(readyz)) continue;
      sink.found({
        found: `${namespace}/${pod} reports that it is not healthy`,
        evidence: [readyz.trim().slice(0, 600)],
      });
    }
  },
});
