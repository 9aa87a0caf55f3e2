import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { envoyFilterProblems } from '../../admission/envoy-filter';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const filter = (match: string) => `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: timeout, namespace: shop}
spec:
  configPatches:
    - applyTo: CLUSTER
      match: {context: SIDECAR_OUTBOUND, ${match}}
      patch: {operation: MERGE, value: {connect_timeout: 5s}}
`;

/** An EnvoyFilter that Istio refuses. */
export const ENVOY_FILTER_REFUSED_RULE = defineRule({
  id: 'envoy-filter-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid EnvoyFilter',
  found: '{problem}',
  why: "Istio's webhook refuses the EnvoyFilter, so the proxies are not changed.",
  fix: 'correct the value; `istioctl validate -f` says the same before anything is applied',
  source: 'istio/istio pkg/config/validation/envoyfilter/envoyfilter.go',
  wrong: filter('listener: {portNumber: 8080}'),
  right: filter('cluster: {portNumber: 8080}'),
  check(context, report) {
    reportRefused(context, ['EnvoyFilter', ISTIO_NETWORKING], envoyFilterProblems, report);
  },
});
