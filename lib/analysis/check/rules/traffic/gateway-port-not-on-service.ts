import { field, listAt, scalarText } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { podsSelectedBy } from './gateway-selector';

const PODS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: istio-ingress}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata: {labels: {istio: ingress}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: istio-ingress}
spec: {selector: {istio: ingress}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;
const gateway = (port: number) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: istio-ingress}\nspec:\n  selector: {istio: ingress}\n  servers: [{port: {number: ${port}, name: http, protocol: HTTP}, hosts: [shop.example]}]\n`;

/** A server on a port by which nobody comes. */
export const GATEWAY_PORT_NOT_ON_SERVICE_RULE = defineRule({
  id: 'gateway-port-not-on-service',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'warning',
  title: 'Gateway port missing from its Service',
  found: 'port {port} is not a port of Service {service}, which selects the pods of the Gateway',
  why: 'Clients connect to the ports of the Service, so no connection reaches this server.',
  fix: 'use one of its ports, {known}, or add this one to the Service',
  source: 'istio/istio pkg/config/analysis/analyzers/gateway/gateway.go (IST0162)',
  wrong: stream(PODS, gateway(8443)),
  right: stream(PODS, gateway(80)),
  check(context, report) {
    const gateways = context.manifests.ofKind('Gateway', ISTIO_NETWORKING);
    if (gateways.length === 0) return;
    for (const manifest of gateways) {
      const pods = podsSelectedBy(context, manifest) ?? [];
      const open = pods.flatMap((pod) => context.portsOf(pod));
      const [first] = open;
      if (first === undefined) continue;
      const known = new Set(open.flatMap(({ port, target }) => [port.port, target ?? port.port]));
      listAt(manifest.body, 'spec', 'servers').forEach((server, index) => {
        const port = Number(scalarText(field(server, 'port', 'number')));
        if (!Number.isInteger(port) || port === 0 || known.has(port)) return;
        const ports = [...new Set(open.map((one) => one.port.port))].join(', ');
        report(manifest, `/spec/servers/${index}/port`, { port, service: first.service.name, known: ports });
      });
    }
  },
});
