import { ISTIO_TELEMETRY } from '../../../../upstream/kubernetes/api-groups';
import { telemetryProblems } from '../../admission/extensions';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const telemetry = (tag: string) =>
  `apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: metrics, namespace: shop}\nspec:\n  metrics: [{overrides: [{tagOverrides: {team: {${tag}}}}]}]\n`;

/** A Telemetry that Istio refuses. */
export const TELEMETRY_REFUSED_RULE = defineRule({
  id: 'telemetry-refused',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid Telemetry',
  found: '{problem}',
  why: "Istio's webhook refuses the Telemetry, so the proxies keep their previous configuration.",
  fix: 'correct the value; `istioctl validate -f` says the same before anything is applied',
  source: 'istio/istio pkg/config/validation/validation.go (ValidateTelemetry)',
  wrong: telemetry('operation: UPSERT'),
  right: telemetry('operation: UPSERT, value: "\'shop\'"'),
  check(context, report) {
    reportRefused(context, ['Telemetry', ISTIO_TELEMETRY], telemetryProblems, report);
  },
});
