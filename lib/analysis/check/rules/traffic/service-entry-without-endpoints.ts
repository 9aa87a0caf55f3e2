import { field, isObject, listAt, textAt } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const entry = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: bank, namespace: shop}\nspec: {hosts: [bank.example], ports: [{number: 443, name: tls, protocol: TLS}], ${spec}}\n`;

/** A host whose addresses are to be in its entry, and are not. */
export const SERVICE_ENTRY_WITHOUT_ENDPOINTS_RULE = defineRule({
  id: 'service-entry-without-endpoints',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'STATIC ServiceEntry without endpoints',
  found: 'resolution is STATIC, and there are neither endpoints nor a workloadSelector',
  why: 'Istio does not resolve such a host, so it has no address: every request fails with 503.',
  fix: 'list endpoints, or write resolution: DNS',
  source: 'istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go',
  wrong: entry('resolution: STATIC'),
  right: entry('resolution: DNS'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('ServiceEntry', ISTIO_NETWORKING)) {
      const spec = manifest.body.spec;
      if (!isObject(spec) || textAt(spec, 'resolution') !== 'STATIC' || manifests.isUnfinished(manifest)) continue;
      if (listAt(spec, 'endpoints').length > 0 || field(spec, 'workloadSelector') !== undefined) continue;
      report(manifest, '/spec/resolution');
    }
  },
});
