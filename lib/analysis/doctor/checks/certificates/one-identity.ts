import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate } from '../each-certificate';

/** Whether each proxy has one identity. */
export const ONE_IDENTITY_CHECK = defineCheck({
  id: 'one-identity',
  group: 'certificates',
  title: 'every proxy has one identity',
  looksAt: 'the number of SPIFFE IDs in the certificate of each sampled proxy',
  needs: ['pods'],
  cause:
    'A SPIFFE certificate must have exactly one URI; the labels of tbot’s selector may match several workload identities.',
  fix: 'select one workload identity by name in the selector of tbot',
  source: 'spiffe/spiffe standards/X509-SVID.md',
  fires: () =>
    exampleSnapshot({ proxies: [exampleProxy('web'), exampleProxy('api', { chain: EXAMPLE_CERTIFICATES.apiTwo })] }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    eachCertificate(mesh, sink, ({ certificates: { chain } }, workload) => {
      const uris = chain[0]?.uris ?? [];
      return uris.length < 2
        ? undefined
        : { found: `${workload} has ${uris.length} identities in one certificate`, evidence: uris };
    });
  },
});
