import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate, spanText, timeText } from '../each-certificate';

/** Whether certificates hold at the time of the snapshot. */
export const CERTIFICATE_VALID_CHECK = defineCheck({
  id: 'certificate-valid',
  group: 'certificates',
  title: 'certificates have begun and have not ended',
  looksAt: 'the validity of the certificates of each sampled proxy, and when it got them',
  needs: ['pods'],
  cause:
    'tbot did not renew it: it answers renewals with the certificate it issued first (before 18.6.4 and 17.7.14), or it has lost Teleport.',
  fix: 'pin a newer tbot in the DaemonSet; kubectl -n teleport-system logs daemonset/tbot says whether it reaches Teleport',
  source: 'gravitational/teleport#62813',
  fires: () => exampleSnapshot({ takenAt: '2026-11-01T14:00:00Z' }),
  quiet: () => exampleSnapshot({ proxies: [exampleProxy('web', { chain: EXAMPLE_CERTIFICATES.web })] }),
  check(mesh, sink) {
    eachCertificate(mesh, sink, ({ certificates: { chain, secret } }, workload) => {
      const [own] = chain;
      const bad = chain.find(({ notBefore, notAfter }) => mesh.now < notBefore || mesh.now >= notAfter);
      if (own === undefined || bad === undefined) return undefined;
      const arrived = Date.parse(secret?.updated ?? '');
      const evidence = [`it got this certificate at ${secret?.updated ?? '?'}, as version ${secret?.version ?? '?'}`];
      if (mesh.now < bad.notBefore) {
        return {
          found: `${workload} has a certificate that begins only at ${timeText(bad.notBefore)}, in ${spanText(bad.notBefore - mesh.now)}`,
          evidence,
          cause: 'The clocks of the node, of Teleport and of the machine that runs doctor do not agree.',
          fix: 'synchronize the clocks (NTP)',
        };
      }
      const found = `${workload} has a certificate that ended at ${timeText(bad.notAfter)}, ${spanText(mesh.now - bad.notAfter)} before`;
      // One that came long after it was made is an old one sent again; Teleport makes them begin a minute before.
      if (
        arrived - own.notBefore > Math.max((own.notAfter - own.notBefore) / 2, 90_000) &&
        arrived < own.notAfter + 24 * 3_600_000 &&
        isSentAgain(secret?.version)
      ) {
        return {
          found,
          evidence,
          cause:
            'tbot sent the old certificate again when it should have renewed it, as tbot did before 18.6.4 and 17.7.14.',
          fix: 'pin a newer tbot in the DaemonSet',
        };
      }
      if (arrived >= own.notAfter) {
        return {
          found,
          evidence,
          cause:
            'It had ended already when it was issued: its lifetime is too short, or the clocks of Teleport and the node do not agree.',
          fix: 'compare the clocks, and credential_ttl of tbot with maximum_ttl of the workload identity',
        };
      }
      return { found, evidence };
    });
  },
});

/** tbot's versions are the times of sending (gravitational/teleport lib/tbot/internal/sds/handler.go); others count up from one. */
function isSentAgain(version: string | undefined): boolean {
  return /^\d+$/.test(version ?? '') ? Number(version) > 1 : /^\d{4}-\d\d-\d\dT/.test(version ?? '');
}
