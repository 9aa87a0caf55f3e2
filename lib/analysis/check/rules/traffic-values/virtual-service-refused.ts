import { listAt, objectAt, scalarTextsAt } from '../../../../base/json';
import { looksAtClaims } from '../../../../model/gateways/route-match';
import { isForSidecars, MESH_GATEWAY } from '../../../../upstream/istio/outbound-traffic';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { virtualServiceProblems } from '../../admission/virtual-service';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const routes = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop, namespace: shop}\nspec:\n  ${spec}\n  http: [{route: [{destination: {host: catalogue, port: {number: 80}}}]}]\n`;

/** A VirtualService that Istio refuses. */
export const VIRTUAL_SERVICE_REFUSED_RULE = defineRule({
  id: 'virtual-service-refused',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid VirtualService',
  found: '{problem}',
  why: "Istio's webhook refuses the VirtualService, so its routes do not exist.",
  fix: 'correct the value; `istioctl validate -f` says the same before anything is applied',
  source: 'istio/istio pkg/config/validation/validation.go (ValidateVirtualService)',
  wrong: routes('hosts: ["*"]'),
  right: routes('hosts: ["*"]\n  gateways: [edge]'),
  check(context, report) {
    reportRefused(context, ['VirtualService', ISTIO_NETWORKING], virtualServiceProblems, report);
    const { manifests } = context;
    for (const manifest of manifests.ofKind('VirtualService', ISTIO_NETWORKING)) {
      const spec = objectAt(manifest.body, 'spec');
      const hosts = scalarTextsAt(spec, 'hosts');
      const gateways = scalarTextsAt(spec, 'gateways');
      const isForMesh = isForSidecars(gateways);
      hosts.forEach((host, index) => {
        const at = `/spec/hosts/${index}`;
        if (host === '*' && gateways.every((name) => name === MESH_GATEWAY)) {
          report(manifest, at, { problem: 'the host "*" is for gateways only, and none is named' });
        }
      });
      const usesClaims = listAt(spec, 'http').some(looksAtClaims);
      if (usesClaims && isForMesh && !gateways.some((name) => name !== MESH_GATEWAY)) {
        report(manifest, '/spec/http', { problem: 'routes by claims are for gateways only, and none is named' });
      }
    }
  },
});
