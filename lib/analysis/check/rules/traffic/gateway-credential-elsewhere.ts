import { addTo } from '../../../../base/add-to';
import { listAt, scalarTextsAt, textAt, textsAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { oncePerContext } from '../../context/once-per-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const EDGE = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingress}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: SIMPLE, credentialName: shop-tls}}]
`;
const certificate = (namespace: string) =>
  `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: shop, namespace: ${namespace}}\nspec: {secretName: shop-tls, dnsNames: [shop.example], issuerRef: {name: ca}}\n`;

/** Namespaces of the Secrets, by name: those written out, and those that cert-manager fills. */
const namespacesOfSecrets = oncePerContext(({ manifests }: CheckContext): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const { name, namespace = 'default' } of manifests.ofKind('Secret', '')) addTo(found, name, namespace);
  for (const { body, namespace = 'default' } of manifests.ofKind('Certificate', 'cert-manager.io')) {
    addTo(found, textAt(body, 'spec', 'secretName') ?? '', namespace);
  }
  return found;
});

/** A certificate where the gateway's pods cannot read it. */
export const GATEWAY_CREDENTIAL_ELSEWHERE_RULE = defineRule({
  id: 'gateway-credential-elsewhere',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'all objects',
  title: 'Certificate in a different namespace than the gateway',
  found: 'credential "{credential}" is in namespace {namespace}, and gateway {workload} runs in {own}',
  why: 'istiod gives a gateway only Secrets from the namespace of its pods, wherever the Gateway object is: the server has no certificate and refuses every handshake.',
  fix: 'create the Secret or the Certificate in namespace {own}',
  source:
    'istio/istio pilot/pkg/xds/sds.go; istio.io content/en/docs/tasks/traffic-management/ingress/secure-ingress (Troubleshooting)',
  wrong: stream(EDGE, certificate('shop')),
  right: stream(EDGE, certificate('istio-ingress')),
  check(context, report) {
    const gateways = context.manifests.ofKind('Gateway', ISTIO_NETWORKING);
    if (gateways.length === 0 || namespacesOfSecrets(context).size === 0) return;
    for (const manifest of gateways) {
      const selector = textsAt(manifest.body, 'spec', 'selector');
      const pods =
        Object.keys(selector).length === 0 ? [] : context.gateways.filter(({ labels }) => selects(selector, labels));
      const [pod] = pods;
      if (pod === undefined) continue;
      const own = new Set(pods.map(({ namespace }) => namespace));
      listAt(manifest.body, 'spec', 'servers').forEach((server, index) => {
        const names = [
          textAt(server, 'tls', 'credentialName') ?? '',
          ...scalarTextsAt(server, 'tls', 'credentialNames'),
        ];
        for (const credential of names) {
          const known = namespacesOfSecrets(context).get(credential) ?? [];
          const [namespace] = known;
          if (namespace === undefined || known.some((one) => own.has(one))) continue;
          const values = { credential, namespace, workload: pod.name, own: pod.namespace };
          report(manifest, `/spec/servers/${index}/tls`, values);
        }
      });
    }
  },
});
