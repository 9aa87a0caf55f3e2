import { isGateway } from '../../../../model/cluster/injection';
import type { Manifest } from '../../../../model/documents/manifest';
import { whyNotInbound } from '../../../../upstream/istio/port-capture';
import { PROXY_PORTS } from '../../../../upstream/istio/scrape-annotations';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { policy } from '../examples';

/** Why the port passes every proxy by that the policy is for, as a clause; undefined if one takes it. */
function whyNobodyTakes(context: CheckContext, manifest: Manifest, port: number): string | undefined {
  const purpose = PROXY_PORTS.get(port);
  if (purpose !== undefined) return `it is for ${purpose}`;
  const reasons = context
    .scopeOf(manifest)
    .filter((pod) => !isGateway(pod))
    .map(({ annotations }) => whyNotInbound(annotations, context.injector.capture, port));
  return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
}

/** A policy on a port that the proxy itself serves. */
export const POLICY_PORT_OF_PROXY_RULE = defineRule({
  id: 'policy-port-of-proxy',
  subject: 'Policies and ports',
  since: '0.1.0',
  severity: 'warning',
  title: 'Policy on a port of the proxy',
  found: 'no proxy that the policy selects handles connections to port {port}: {because}',
  why: "Connections to the proxy's own ports, and to ports that a pod excludes, bypass the policies: a DENY has no effect.",
  fix: 'close the port with a NetworkPolicy, or let the proxy capture it',
  source: 'istio/istio tools/istio-iptables/pkg/capture/run.go',
  wrong: policy('  action: DENY\n  rules:\n    - to: [{operation: {ports: ["15020"]}}]'),
  right: policy('  action: DENY\n  rules:\n    - to: [{operation: {ports: ["8080"]}}]'),
  check(context, report) {
    for (const one of context.policyFields.about('ports')) {
      if (one.negative) continue;
      one.values.forEach((port, index) => {
        const because = whyNobodyTakes(context, one.manifest, Number(port));
        if (because !== undefined) report(one.manifest, `${one.pointer}/${index}`, { port, because });
      });
    }
  },
});
