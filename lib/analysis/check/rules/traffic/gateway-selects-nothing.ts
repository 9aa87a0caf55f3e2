import { textAt } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';
import { podsSelectedBy } from './gateway-selector';

const gateway = (istio: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec:\n  selector: {app: ${istio}}\n  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example]}]\n`;

/** A Gateway for which there are no pods. */
export const GATEWAY_SELECTS_NOTHING_RULE = defineRule({
  id: 'gateway-selects-nothing',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'warning',
  title: 'Gateway selects no pods',
  found: 'no pods have the labels that the Gateway selects',
  why: 'A Gateway configures existing proxies: without pods nothing listens, and its routes have no effect.',
  fix: 'select the labels of the pods of the gateway',
  source: 'istio/istio pilot/pkg/model/push_context.go (mergeGateways); istio.io analysis message IST0101',
  needsComplete: true,
  wrong: stream(deployment('edge', '', ''), gateway('egde')),
  right: stream(deployment('edge', '', ''), gateway('edge')),
  check(context, report) {
    const gateways = context.manifests.ofKind('Gateway', ISTIO_NETWORKING);
    if (gateways.length === 0) return;
    const hasGateways = context.workloads.some(({ labels }) => labels.istio !== undefined);
    for (const manifest of gateways) {
      const pods = podsSelectedBy(context, manifest);
      if (pods === undefined || pods.length > 0) continue;
      // Gateways of istioctl's and Helm's charts may be installed with values that are not written down.
      if (textAt(manifest.body, 'spec', 'selector', 'istio') !== undefined && !hasGateways) continue;
      report(manifest, '/spec/selector');
    }
  },
});
