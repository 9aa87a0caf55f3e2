import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { serviceEntryProblems } from '../../admission/service-entry';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const entry = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: bank, namespace: shop}\nspec: {ports: [{number: 443, name: tls, protocol: TLS}], ${spec}}\n`;

/** A ServiceEntry that Istio refuses. */
export const SERVICE_ENTRY_REFUSED_RULE = defineRule({
  id: 'service-entry-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid ServiceEntry',
  found: '{problem}',
  why: "Istio's webhook refuses the ServiceEntry, so the host stays unknown to the mesh.",
  fix: 'correct the hosts, or choose the resolution that fits: STATIC for addresses, DNS for names, NONE for wildcards',
  source: 'istio/istio pkg/config/validation/validation.go (ValidateServiceEntry)',
  wrong: entry('hosts: ["*.bank.example"], resolution: DNS'),
  right: entry('hosts: ["*.bank.example"], resolution: NONE'),
  check(context, report) {
    reportRefused(context, ['ServiceEntry', ISTIO_NETWORKING], serviceEntryProblems, report);
  },
});
