import { textAt } from '../../../../base/json';
import { TEMPLATES_POINTER } from '../../../../model/cluster/injection-template';
import { GATEWAY_CLASSES } from '../../../../upstream/istio/gateway-classes';
import { TEMPLATES_ANNOTATION, templateNames } from '../../../../upstream/istio/injection';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';

const gateway = (name: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: shop, namespace: shop}\nspec:\n  gatewayClassName: ${name}\n  infrastructure: {parametersRef: {group: "", kind: ConfigMap, name: socket}}\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n`;

/** Gateways that can only have istiod's certificates, in a mesh with Teleport's. */
export const AGENTGATEWAY_WITHOUT_IDENTITY_RULE = defineRule({
  id: 'agentgateway-without-identity',
  subject: 'Gateways and mixed meshes',
  since: '0.1.0',
  severity: 'error',
  title: 'Gateway proxy cannot use the Workload API',
  found: '{what} is an agentgateway, which gets its certificate only from istiod',
  why: "It is not an Envoy and has no workload-socket volume: neither it nor the workloads trust the other's root, and every backend answers 503.",
  fix: 'use the class istio, whose proxies are Envoys, with the socket',
  source: 'istio/istio manifests/charts/istio-control/istio-discovery/files/agentgateway.yaml',
  wrong: stream(withTemplate(OVERLAY), gateway('istio-agentgateway')),
  right: stream(withTemplate(OVERLAY), gateway('istio')),
  check(context, report) {
    if (!context.usesWorkloadApi) return;
    for (const manifest of context.manifests.ofKind('Gateway', GATEWAY_API)) {
      const name = textAt(manifest.body, 'spec', 'gatewayClassName') ?? '';
      if (GATEWAY_CLASSES.get(name)?.hasEnvoy !== false) continue;
      report(manifest, '/spec/gatewayClassName', { what: `Gateway "${manifest.name}" of class ${name}` });
    }
    for (const { manifest, name, podPointer, annotations } of context.workloads) {
      const templates = templateNames(annotations[TEMPLATES_ANNOTATION] ?? '');
      const template = templates.find((one) => one.startsWith('agentgateway'));
      if (template === undefined || context.injector.byName.has(template)) continue;
      report(manifest, podPointer + TEMPLATES_POINTER, { what: `"${name}" with the template ${template}` });
    }
  },
});
