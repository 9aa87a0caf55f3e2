import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { destinationRuleProblems } from '../../admission/traffic-policy';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const destination = (policy: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: bank, namespace: shop}\nspec:\n  host: bank.example\n  trafficPolicy: {${policy}}\n`;

/** A DestinationRule that Istio refuses for something else than its TLS. */
export const DESTINATION_RULE_REFUSED_RULE = defineRule({
  id: 'destination-rule-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid DestinationRule',
  found: '{problem}',
  why: "Istio's webhook refuses the DestinationRule, so clients continue as before.",
  fix: 'correct the value; `istioctl validate -f` says the same before anything is applied',
  source: 'istio/istio pkg/config/validation/validation.go (ValidateDestinationRule)',
  wrong: destination('connectionPool: {}'),
  right: destination('connectionPool: {tcp: {maxConnections: 100}}'),
  check(context, report) {
    reportRefused(context, ['DestinationRule', ISTIO_NETWORKING], destinationRuleProblems, report);
  },
});
