import { listAt, objectAt, scalarTextsAt, textsAt } from '../../../../base/json';
import { looksAtClaims } from '../../../../model/gateways/route-match';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const PODS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: shop}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: ingress}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: shop}
spec:
  hosts: [shop.example]
  gateways: [edge]
  http:
    - match: [{headers: {"@request.auth.claims.group": {exact: staff}}}]
      route: [{destination: {host: admin.shop.svc.cluster.local}}]
`;
const request = (istio: string) =>
  `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: edge, namespace: shop}\nspec:\n  selector: {matchLabels: {istio: ${istio}}}\n  jwtRules: [{issuer: "https://id.example"}]\n`;

/** Routes by claims at a gateway that reads no tokens. */
export const CLAIM_ROUTE_WITHOUT_JWT_RULE = defineRule({
  id: 'claim-route-without-jwt',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'warning',
  title: 'Route by a claim where no token is checked',
  found: 'a route matches claims, but no RequestAuthentication selects gateway {workload}',
  why: 'Claims are available only where a RequestAuthentication validates the token, so the route never matches.',
  fix: 'add a RequestAuthentication for the pods of the gateway, in their namespace',
  source: 'istio/istio pkg/config/analysis/analyzers/virtualservice/jwtclaimroute.go (IST0149)',
  needsComplete: true,
  wrong: stream(PODS, request('other')),
  right: stream(PODS, request('ingress')),
  check(context, report) {
    const { manifests } = context;
    const gateways = new Map<string, Readonly<Record<string, string>>>(
      manifests
        .ofKind('Gateway', ISTIO_NETWORKING)
        .map((one) => [`${one.namespace ?? 'default'}/${one.name}`, textsAt(one.body, 'spec', 'selector')] as const),
    );
    for (const manifest of manifests.ofKind('VirtualService', ISTIO_NETWORKING)) {
      const at = listAt(objectAt(manifest.body, 'spec'), 'http').findIndex(looksAtClaims);
      if (at === -1) continue;
      for (const name of scalarTextsAt(manifest.body, 'spec', 'gateways')) {
        const selector = gateways.get(name.includes('/') ? name : `${manifest.namespace ?? 'default'}/${name}`);
        if (selector === undefined || Object.keys(selector).length === 0) continue;
        const first = context.workloadIndex.select(selector, undefined).find((pod) => !context.checksTokens(pod));
        if (first === undefined) continue;
        report(manifest, `/spec/http/${at}`, { workload: first.name });
        break;
      }
    }
  },
});
