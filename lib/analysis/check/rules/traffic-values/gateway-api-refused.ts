import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import { listenersProblems, routeProblems } from '../../admission/gateway-api';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const gateway = (listener: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: istio-ingress}\nspec:\n  gatewayClassName: istio\n  listeners: [{name: https, port: 443, ${listener}}]\n`;

/** A Gateway or route of the Gateway API that the API server refuses. */
export const GATEWAY_API_REFUSED_RULE = defineRule({
  id: 'gateway-api-refused',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid Gateway or route of the Gateway API',
  found: '{problem}',
  why: 'The API server refuses the object, so the listener or route does not exist.',
  fix: 'correct the value; `kubectl apply --dry-run=server` says the same',
  source: 'kubernetes-sigs/gateway-api apis/v1 (gateway_types.go, httproute_types.go)',
  wrong: gateway('protocol: HTTPS, tls: {mode: Passthrough}'),
  right: gateway('protocol: HTTPS, tls: {mode: Terminate, certificateRefs: [{name: shop}]}'),
  check(context, report) {
    for (const kind of ['Gateway', 'ListenerSet']) {
      reportRefused(context, [kind, GATEWAY_API], listenersProblems, report);
    }
    for (const kind of ['HTTPRoute', 'GRPCRoute']) {
      reportRefused(context, [kind, GATEWAY_API], routeProblems, report);
    }
  },
});
