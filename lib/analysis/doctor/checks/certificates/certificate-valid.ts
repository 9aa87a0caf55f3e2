import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate, spanText, timeText } from '../each-certificate';

/** Whether certificates hold at the time of the snapshot. */
export const CERTIFICATE_VALID_CHECK = defineCheck({
  id: 'certificate-valid',
  group: 'certificates',
  title: 'certificates are valid now',
  looksAt: 'the validity period of each sampled proxy’s certificates, and when the proxy received them',
  needs: ['pods'],
  cause:
    'tbot did not renew it: it answers renewals with the certificate that it issued first (before 18.6.4 and 17.7.14), or it cannot reach Teleport.',
  fix: 'pin a newer tbot in the DaemonSet; kubectl -n teleport-system logs daemonset/tbot shows whether it reaches Teleport',
  source: 'gravitational/teleport#62813',
  fires: () => exampleSnapshot({ takenAt: '2026-11-01T14:00:00Z' }),
  quiet: () => exampleSnapshot({ proxies: [exampleProxy('web', { chain: EXAMPLE_CERTIFICATES.web })] }),
  check(mesh, sink) {
    eachCertificate(mesh, sink, ({ certificates: { chain, secret } }, workload) => {
      const [own] = chain;
      const bad = chain.find(({ notBefore, notAfter }) => mesh.now < notBefore || mesh.now >= notAfter);
      if (own === undefined || bad === undefined) return undefined;
      const arrived = Date.parse(secret?.updated ?? '');
      const evidence = [`received at ${secret?.updated ?? '?'}, version ${secret?.version ?? '?'}`];
      if (mesh.now < bad.notBefore) {
        return {
          found: `${workload} has a certificate that is not valid before ${timeText(bad.notBefore)}, in ${spanText(bad.notBefore - mesh.now)}`,
          evidence,
          cause: 'The clocks of the node, of Teleport and of the machine that runs doctor differ.',
          fix: 'synchronize the clocks (NTP)',
        };
      }
      const found = `${workload} has a certificate that expired at ${timeText(bad.notAfter)}, ${spanText(mesh.now - bad.notAfter)} ago`;
      // One that came long after it was made is an old one sent again; Teleport makes them begin a minute before.
      if (
        arrived - own.notBefore > Math.max((own.notAfter - own.notBefore) / 2, 90_000) &&
        arrived < own.notAfter + 24 * 3_600_000 &&
        isSentAgain(secret?.version)
      ) {
        return {
          found,
          evidence,
          cause: 'tbot sent the old certificate again instead of a new one, as tbot before 18.6.4 and 17.7.14 does.',
          fix: 'pin a newer tbot in the DaemonSet',
        };
      }
      if (arrived >= own.notAfter) {
        return {
          found,
          evidence,
          cause:
            'It had already expired when the proxy received it: its lifetime is too short, or the clocks of Teleport and the node differ.',
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
