import { field, isObject, textAt } from '../../../../base/json';
import type { Service } from '../../../../model/cluster/service';
import type { Manifest } from '../../../../model/documents/manifest';
import { defineRule } from '../../rule';
import { stream } from '../examples';

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
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  rules: [{from: [{source: {ipBlocks: [203.0.113.0/24]}}]}]
`;
const edge = (spec: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: edge, namespace: istio-ingress}\nspec: {type: LoadBalancer, ${spec}selector: {istio: ingress}, ports: [{name: https, port: 443}]}\n`;

/** Types of Services whose traffic comes in by a node, which may send it on to another. */
const BY_NODES: ReadonlySet<string> = new Set(['NodePort', 'LoadBalancer']);

/** Whether nodes put their own address in place of the client's. A load balancer that is set up specially may go to pods by itself. */
function hidesClients({ manifest: { body } }: Service): boolean {
  const { annotations } = isObject(body.metadata) ? body.metadata : {};
  const isSpecial = isObject(annotations) && Object.keys(annotations).some((key) => /load-?balancer/i.test(key));
  return (
    BY_NODES.has(textAt(body, 'spec', 'type') ?? '') &&
    (textAt(body, 'spec', 'externalTrafficPolicy') ?? 'Cluster') === 'Cluster' &&
    !isSpecial &&
    field(body, 'spec', 'loadBalancerClass') === undefined
  );
}

/** A rule on the addresses of clients where the gateway sees those of nodes. */
export const SOURCE_IP_LOST_RULE = defineRule({
  id: 'source-ip-lost',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Rule on addresses that the gateway never sees',
  found: 'a rule is about {field}, and Service {service} of the gateway does not have externalTrafficPolicy: Local',
  why: 'A node that forwards a connection to a pod on another node replaces the address with its own, so the rule sees node addresses, not client addresses.',
  fix: "set externalTrafficPolicy: Local on the Service, or use remoteIpBlocks behind a load balancer that adds the client's address",
  source: 'istio/istio.io content/en/docs/tasks/security/authorization/authz-ingress/index.md',
  wrong: stream(PODS, edge('')),
  right: stream(PODS, edge('externalTrafficPolicy: Local, ')),
  check(context, report) {
    const fields = context.policyFields.about('ipBlocks');
    if (fields.length === 0) return;
    const hidden = new Map<Manifest, Service>();
    for (const pod of context.gateways) {
      const services = [...new Set(context.portsOf(pod).map(({ service }) => service))];
      const [service] = services;
      if (service === undefined || !services.every(hidesClients)) continue;
      for (const policy of context.policiesOf(pod)) hidden.set(policy, service);
    }
    for (const one of fields) {
      const service = hidden.get(one.manifest);
      if (service !== undefined) report(one.manifest, one.pointer, { field: one.name, service: service.name });
    }
  },
});
