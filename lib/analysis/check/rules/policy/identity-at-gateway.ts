import type { Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import type { ServerTls } from '../../../../model/gateways/gateway-servers';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { neededIdentity } from './needed-identity';

/** What servers do with TLS that learn nothing of who the client is. */
const WITHOUT_CLIENT_CERTIFICATE: ReadonlySet<ServerTls> = new Set(['none', 'simple']);

const PODS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata:
      labels: {istio: ingress, sidecar.istio.io/inject: "true"}
      annotations: {inject.istio.io/templates: gateway}
    spec:
      containers: [{name: istio-proxy, image: auto}]
`;
const gateway = (mode: string) => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {istio: ingress}
  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: ${mode}, credentialName: shop}}]
`;
const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules: [{from: [{source: {namespaces: [shop]}}]}]
`;

/** Whether Gateways are for a gateway's pods, and no server of theirs learns who the client is. */
function neverAsksClients(context: CheckContext, pod: Workload): boolean {
  const servers = context.gatewayServersOf(pod);
  return servers.length > 0 && servers.every(({ tls }) => WITHOUT_CLIENT_CERTIFICATE.has(tls));
}

/** Whether all pods that a policy is for are gateways that may ask clients for certificates, which can be of any trust domain. */
export function mayAskClients(context: CheckContext, policy: Manifest): boolean {
  const pods = context.scopeOf(policy);
  return pods.length > 0 && pods.every((pod) => context.gateways.includes(pod) && !neverAsksClients(context, pod));
}

/** A rule about callers' identities at a gateway whose clients have none. */
export const IDENTITY_AT_GATEWAY_RULE = defineRule({
  id: 'identity-at-gateway',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Rule on identities at a gateway that does not request certificates',
  found: 'a rule needs {field}, but no server of gateway {workload} requests a client certificate',
  why: "A caller's identity is in its certificate. Without a certificate the rule never matches: an ALLOW closes the gateway, and a DENY has no effect.",
  fix: 'use addresses, hosts or tokens at the gateway, and put rules about identities on the workloads behind it',
  source: 'istio/istio#45217; pilot/pkg/security/authz/model/generator.go',
  wrong: stream(PODS, gateway('SIMPLE'), POLICY),
  right: stream(PODS, gateway('MUTUAL'), POLICY),
  check(context, report) {
    const strangers = context.gateways.filter((pod) => neverAsksClients(context, pod));
    const open = new Map<Manifest, Workload>();
    for (const pod of strangers) for (const policy of context.policiesOf(pod)) open.set(policy, pod);
    if (open.size === 0) return;
    const known = new Set(strangers);
    for (const { manifest, action, rules } of context.authorizationPolicies) {
      const pod = action === 'CUSTOM' ? undefined : open.get(manifest);
      // A policy for other pods too may be right for those.
      if (pod === undefined || !context.scopeOf(manifest).every((one) => known.has(one))) continue;
      for (const rule of rules) {
        const field = neededIdentity(rule);
        if (field !== undefined) report(manifest, rule.pointer, { field, workload: pod.name });
      }
    }
  },
});
