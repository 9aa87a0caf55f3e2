import { isVariable } from '../../../../base/is-variable';
import { isObject, listAt, objectAt, scalarTextsAt } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const sidecar = (egress: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: shop}\nspec: {egress: [${egress}]}\n`;

/** A Sidecar that Istio refuses. */
export const SIDECAR_REFUSED_RULE = defineRule({
  id: 'sidecar-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid host of a Sidecar',
  found: 'egress host "{host}" is not of the form <namespace>/<host>',
  why: "Istio's webhook refuses the Sidecar, so the proxies keep their previous configuration.",
  fix: "write ./{host} for the Sidecar's own namespace, or */{host} for any",
  source: 'istio/istio pkg/config/validation/agent/validation.go (ValidateNamespaceSlashWildcardHostname)',
  wrong: sidecar('{hosts: [catalogue.shop.svc.cluster.local]}'),
  right: sidecar('{hosts: ["./catalogue.shop.svc.cluster.local"]}'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('Sidecar', ISTIO_NETWORKING)) {
      listAt(objectAt(manifest.body, 'spec'), 'egress').forEach((listener, at) => {
        scalarTextsAt(listener, 'hosts').forEach((host, index) => {
          if (!isObject(listener) || /^[^/]+\/./.test(host) || isVariable(host)) return;
          report(manifest, `/spec/egress/${at}/hosts/${index}`, { host });
        });
      });
    }
  },
});
