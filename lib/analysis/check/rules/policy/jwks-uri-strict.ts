import { listAt, textAt } from '../../../../base/json';
import { targetPort } from '../../../../model/cluster/service';
import { REMOTE_JWKS_VARIABLE } from '../../../../upstream/istio/istiod-environment';
import { serviceHost, serviceOfDnsName } from '../../../../upstream/istio/service-host';
import { ISTIO_SECURITY } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const request = (uri: string) =>
  `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: jwt, namespace: shop}\nspec:\n  jwtRules: [{issuer: "https://id.example", jwksUri: "${uri}"}]\n`;
const IDP = stream(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
  deployment('idp', '', ''),
  service('idp', '{name: http, port: 80}'),
);
const peer = (mode: string) =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: idp, namespace: shop}\nspec: {selector: {matchLabels: {app: idp}}, mtls: {mode: ${mode}}}\n`;
const KEYS = 'http://idp.shop.svc.cluster.local/keys';

/** Keys at a server of the mesh that istiod cannot ask. */
export const JWKS_URI_STRICT_RULE = defineRule({
  id: 'jwks-uri-strict',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Token keys at a server that accepts only mutual TLS',
  found: 'jwksUri "{uri}" is {service}, which accepts only mutual TLS',
  why: 'istiod fetches the keys, in plain text and without a proxy, and is refused: every token of the issuer is invalid.',
  fix: `make that port PERMISSIVE, or let the proxies fetch them with ${REMOTE_JWKS_VARIABLE}: envoy`,
  source: 'istio/istio pilot/pkg/model/jwks_resolver.go, pilot/pkg/features/security.go',
  wrong: stream(IDP, peer('STRICT'), request(KEYS)),
  right: stream(IDP, peer('PERMISSIVE'), request(KEYS)),
  check(context, report) {
    const requests = context.manifests.ofKind('RequestAuthentication', ISTIO_SECURITY);
    if (requests.length === 0 || context.installations.some((one) => one.variable(REMOTE_JWKS_VARIABLE) !== undefined))
      return;
    const byHost = new Map(context.services.map((one) => [serviceHost(one), one]));
    for (const manifest of requests) {
      listAt(manifest.body, 'spec', 'jwtRules').forEach((rule, index) => {
        const uri = textAt(rule, 'jwksUri') ?? '';
        const [, host = '', written = '80'] = /^http:\/\/([^/:?#]+)(?::(\d+))?(?:[/?#]|$)/i.exec(uri) ?? [];
        const service = serviceOfDnsName(host);
        const to = service && byHost.get(serviceHost(service));
        const port = to?.ports.find((one) => String(one.port) === written);
        if (to === undefined || port === undefined) return;
        const isClosed = to.workloads.some((workload) => {
          const target = targetPort(port, workload);
          return (
            target !== undefined &&
            context.proxyOf(workload).kind === 'sidecar' &&
            context.mtlsModes.modeOf(workload, target).mode === 'STRICT'
          );
        });
        if (isClosed) report(manifest, `/spec/jwtRules/${index}/jwksUri`, { uri, service: to.ref });
      });
    }
  },
});
