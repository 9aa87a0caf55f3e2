import { partsOf } from '../../certificates';
import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate } from '../each-certificate';

/** Whether certificates are of the mesh's trust domain. */
export const CERTIFICATE_TRUST_DOMAIN_CHECK = defineCheck({
  id: 'certificate-trust-domain',
  group: 'certificates',
  title: 'certificates have the mesh’s trust domain',
  looksAt: 'the SPIFFE ID in the certificate of each sampled proxy, and meshConfig.trustDomain',
  needs: ['pods', 'configmaps'],
  cause:
    'The mesh’s trust domain differs from the name of the Teleport cluster, which Teleport uses for every identity.',
  fix: 'set meshConfig.trustDomain to the Teleport cluster’s name, without a port; restart istiod and the pods',
  source: 'istio/istio pkg/spiffe/spiffe.go',
  fires: () =>
    exampleSnapshot({ proxies: [exampleProxy('web'), exampleProxy('api', { chain: EXAMPLE_CERTIFICATES.apiOther })] }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const own = mesh.trustDomain;
    if (own === undefined) {
      sink.unseen('the mesh’s trust domain', mesh.cluster.meshSettings.trustDomainUnknown ?? 'it is unknown');
      return;
    }
    eachCertificate(mesh, sink, ({ certificates: { chain } }, workload) => {
      const [uri] = chain[0]?.uris ?? [];
      if (uri === undefined || partsOf(uri).trustDomain === own) return undefined;
      return { found: `${workload} has ${uri}; the mesh’s trust domain is ${own}` };
    });
  },
});
