import { textAt } from '../../../../base/json';
import { nearName } from '../../../../base/near-names';
import { GATEWAY_CLASSES } from '../../../../upstream/istio/gateway-classes';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const gateway = (className: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec: {gatewayClassName: ${className}, listeners: [{name: http, port: 80, protocol: HTTP}]}\n`;

/** A class that looks like one of Istio's and is not one. */
export const GATEWAY_CLASS_UNKNOWN_RULE = defineRule({
  id: 'gateway-class-unknown',
  subject: 'Gateways and mixed meshes',
  since: '0.1.0',
  severity: 'error',
  title: 'Misspelled gateway class',
  found: 'Gateway "{name}" has the class {className}; did you mean {near}?',
  why: 'No controller has a class of this name: nothing is deployed for the Gateway, and policies attached to it are not enforced.',
  fix: 'write gatewayClassName: {near}',
  source: 'istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go',
  wrong: gateway('itsio'),
  right: gateway('istio'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('Gateway', GATEWAY_API)) {
      const className = textAt(manifest.body, 'spec', 'gatewayClassName') ?? '';
      if (className === '' || GATEWAY_CLASSES.has(className)) continue;
      const near = nearName(className, GATEWAY_CLASSES.keys());
      if (near === undefined || manifests.find('GatewayClass', undefined, className)) continue;
      report(manifest, '/spec/gatewayClassName', { name: manifest.name, className, near });
    }
  },
});
