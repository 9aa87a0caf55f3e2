import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { sidecarProblems } from '../../admission/sidecar';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const sidecar = (egress: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: default, namespace: shop}\nspec: {egress: [${egress}]}\n`;

/** A Sidecar that Istio refuses. */
export const SIDECAR_REFUSED_RULE = defineRule({
  id: 'sidecar-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid Sidecar',
  found: '{problem}',
  why: "Istio's webhook refuses the Sidecar, so the proxies keep their previous configuration.",
  fix: "correct the value; a host is ./<host> for the Sidecar's own namespace, or */<host> for any",
  source: 'istio/istio pkg/config/validation/validation.go (ValidateSidecar)',
  wrong: sidecar('{hosts: [catalogue.shop.svc.cluster.local]}'),
  right: sidecar('{hosts: ["./catalogue.shop.svc.cluster.local"]}'),
  check(context, report) {
    reportRefused(context, ['Sidecar', ISTIO_NETWORKING], sidecarProblems, report);
  },
});
