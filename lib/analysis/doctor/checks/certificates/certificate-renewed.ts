import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate, spanText, timeText } from '../each-certificate';

/** Whether certificates are renewed when they should be. */
export const CERTIFICATE_RENEWED_CHECK = defineCheck({
  id: 'certificate-renewed',
  group: 'certificates',
  title: 'certificates are renewed in time',
  looksAt: 'the age of the certificate of each sampled proxy, and renewal_interval of tbot',
  needs: ['pods', 'configmaps'],
  cause:
    'tbot has missed two renewals: it answers them with the certificate that it issued first (before 18.6.4 and 17.7.14), or it cannot reach Teleport. When the certificate expires, every call fails.',
  fix: 'kubectl -n teleport-system logs daemonset/tbot, and pin a newer tbot; restarting the pods helps for one lifetime',
  source: 'gravitational/teleport#62813',
  fires: () => exampleSnapshot({ takenAt: '2026-11-01T12:55:00Z' }),
  quiet: () => exampleSnapshot({ takenAt: '2026-11-01T12:30:00Z' }),
  check(mesh, sink) {
    const renewal = mesh.lifetimes.renewal * 1000;
    eachCertificate(mesh, sink, ({ pod, certificates: { chain } }, workload) => {
      const [own] = chain;
      if (own === undefined || mesh.now >= own.notAfter || !mesh.usesWorkloadApi(pod)) return undefined;
      // One renewal may be under way and one may have been put off; longer certificates than tbot's are not tbot's.
      const age = mesh.now - own.notBefore;
      const isLate = age > 2 * renewal + 120_000 && own.notAfter - mesh.now < renewal;
      if (!isLate) return undefined;
      return {
        found: `${workload} has a certificate that is ${spanText(age)} old, and tbot renews every ${spanText(renewal)}: it expires at ${timeText(own.notAfter)}`,
      };
    });
  },
});
