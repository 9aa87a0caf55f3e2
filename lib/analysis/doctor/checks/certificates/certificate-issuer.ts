import { textAt, textsAt } from '../../../../base/json';
import { leadsTo, readCertificatesOf } from '../../certificates';
import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { eachCertificate } from '../each-certificate';

/** ConfigMap by which istiod gives its own root to every namespace (istio/istio pilot/pkg/serviceregistry/kube/controller). */
const ROOT_CONFIG_MAP = 'istio-ca-root-cert';

/** Whether proxies have certificates of Teleport and not of istiod. */
export const CERTIFICATE_ISSUER_CHECK = defineCheck({
  id: 'certificate-issuer',
  group: 'certificates',
  title: 'certificates are from Teleport, not from istiod',
  looksAt: 'whether the certificate of each sampled proxy was issued by istiod’s own CA',
  needs: ['pods', 'configmaps'],
  cause:
    'The pod has no socket: it is older than the overlay, selects other templates, or its proxy looks for the default socket name and fell back to istiod. Proxies with certificates from Teleport refuse it.',
  fix: 'restart it with the overlay; see docs/migrating.md',
  source: 'istio/istio pkg/istio-agent/agent.go',
  fires: () =>
    exampleSnapshot({
      proxies: [
        exampleProxy('web'),
        exampleProxy('api', { chain: EXAMPLE_CERTIFICATES.apiIstiod, root: EXAMPLE_CERTIFICATES.istiod }),
      ],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    // Every namespace has the same one.
    const texts = mesh
      .objects('configmaps')
      .filter((map) => textAt(map, 'metadata', 'name') === ROOT_CONFIG_MAP)
      .flatMap((map) => Object.values(textsAt(map, 'data')));
    const roots = [...new Set(texts)].flatMap(readCertificatesOf);
    if (roots.length === 0) {
      if (mesh.proxies.length > 0)
        sink.unseen('the root of istiod’s CA', `no ConfigMap ${ROOT_CONFIG_MAP} contains it`);
      return;
    }
    eachCertificate(mesh, sink, ({ pod, certificates: { chain } }, workload) => {
      if (!leadsTo(chain, roots)) return undefined;
      const socket =
        pod.socketSource === undefined ? 'its pod has no socket' : `its pod has the socket of ${pod.socketSource}`;
      return {
        found: `${workload} has a certificate from istiod’s CA`,
        evidence: [`issuer ${chain[0]?.issuer}`, socket],
        fix: `restart it with the overlay: ${pod.restart}; see docs/migrating.md`,
      };
    });
  },
});
