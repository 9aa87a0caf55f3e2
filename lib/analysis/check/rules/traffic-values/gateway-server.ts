import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { gatewayProblems } from '../../admission/gateway';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const gateway = (server: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: istio-ingress}\nspec:\n  selector: {istio: ingress}\n  servers: [{${server}}]\n`;

/** A server of a Gateway that Istio refuses. */
export const GATEWAY_SERVER_RULE = defineRule({
  id: 'gateway-server',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid server of a Gateway',
  found: '{problem}',
  why: "Istio's webhook refuses the Gateway, so it has no server at all.",
  fix: 'HTTPS and TLS need tls with a mode and certificates; other protocols must not have tls',
  source: 'istio/istio pkg/config/validation/validation.go (validateServer)',
  wrong: gateway('port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example]'),
  right: gateway(
    'port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: SIMPLE, credentialName: shop}',
  ),
  check(context, report) {
    reportRefused(context, ['Gateway', ISTIO_NETWORKING], gatewayProblems, report);
  },
});
