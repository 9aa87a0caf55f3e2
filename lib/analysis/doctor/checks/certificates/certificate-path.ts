import { istioIdentityUri, istioPath } from '../../../../upstream/spiffe/identity-uri';
import { partsOf } from '../../certificates';
import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate } from '../each-certificate';

/** Whether certificates have the path that Istio computes for the pod. */
export const CERTIFICATE_PATH_CHECK = defineCheck({
  id: 'certificate-path',
  group: 'certificates',
  title: 'certificates have the SPIFFE ID path that Istio expects',
  looksAt: 'the SPIFFE ID in the certificate of each sampled proxy, and the namespace and ServiceAccount of its pod',
  needs: ['pods'],
  cause:
    'The template of the workload identity produces a different path. Istio accepts only /ns/<namespace>/sa/<account>, so every call fails with CERTIFICATE_VERIFY_FAILED.',
  fix: 'spec.spiffe.id: /ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}; then restart the pods',
  source: 'istio/istio pkg/spiffe/spiffe.go',
  fires: () =>
    exampleSnapshot({ proxies: [exampleProxy('web'), exampleProxy('api', { chain: EXAMPLE_CERTIFICATES.apiK8s })] }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    eachCertificate(mesh, sink, ({ pod, certificates: { chain } }, workload) => {
      const [uri] = chain[0]?.uris ?? [];
      if (uri === undefined)
        return {
          found: `${workload} has a certificate without a SPIFFE ID`,
          evidence: [`subject ${chain[0]?.subject}`],
        };
      const { trustDomain, path } = partsOf(uri);
      if (path === istioPath(pod.namespace, pod.serviceAccount)) return undefined;
      const expected = istioIdentityUri(mesh.trustDomain ?? trustDomain, pod.namespace, pod.serviceAccount);
      return { found: `${workload} has ${uri}; Istio expects ${expected}` };
    });
  },
});
