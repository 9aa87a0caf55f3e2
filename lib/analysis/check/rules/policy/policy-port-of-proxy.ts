import { PORT_FIELDS } from '../../../../model/policy/policy-field-index';
import { PROXY_PORTS } from '../../../../upstream/istio/scrape-annotations';
import { defineRule } from '../../rule';
import { policy } from '../examples';

/** A policy on a port that the proxy itself serves. */
export const POLICY_PORT_OF_PROXY_RULE = defineRule({
  id: 'policy-port-of-proxy',
  subject: 'Policies and ports',
  since: '0.1.0',
  severity: 'warning',
  title: 'Policy on a port of the proxy',
  found: 'port {port} is for {purpose}',
  why: 'Connections to the ports of the proxy itself are not captured, so no policy is asked: a DENY keeps nobody out.',
  fix: 'close the port with a NetworkPolicy',
  source: 'istio/istio tools/istio-iptables/pkg/capture/run.go',
  wrong: policy('  action: DENY\n  rules:\n    - to: [{operation: {ports: ["15020"]}}]'),
  right: policy('  action: DENY\n  rules:\n    - to: [{operation: {ports: ["8080"]}}]'),
  check({ policyFields }, report) {
    for (const one of policyFields.named(...PORT_FIELDS)) {
      if (one.negative) continue;
      one.values.forEach((port, index) => {
        const purpose = PROXY_PORTS.get(Number(port));
        if (purpose !== undefined) report(one.manifest, `${one.pointer}/${index}`, { port, purpose });
      });
    }
  },
});
