import type { Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import { isHttpField } from '../../../../upstream/istio/policy-fields';
import { defineRule } from '../../rule';
import { deployment, policy, stream } from '../examples';

const SHOP = stream(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}\n',
  deployment('catalogue', '', ''),
);
const SELECTOR = '  selector: {matchLabels: {app: catalogue}}\n';

/** A rule about requests for pods before which only ztunnel stands. */
export const HTTP_RULE_WITHOUT_WAYPOINT_RULE = defineRule({
  id: 'http-rule-without-waypoint',
  subject: 'Ambient mode',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'HTTP rule that ztunnel cannot enforce',
  found: 'a rule has {fields}, and ztunnel enforces the policy for {workload}',
  why: 'ztunnel does not parse HTTP: it drops such a rule from an ALLOW, which closes the pods, and enforces a DENY without these fields, which closes more than intended.',
  fix: 'attach the policy to a waypoint with targetRefs, and use only ports and identities here',
  source: 'istio/istio pilot/pkg/serviceregistry/ambient/authorization.go',
  wrong: stream(SHOP, policy(`${SELECTOR}  rules:\n    - to: [{operation: {methods: [GET]}}]`)),
  right: stream(SHOP, policy(`${SELECTOR}  rules:\n    - to: [{operation: {ports: ["8080"]}}]`)),
  check(context, report) {
    const ambient = new Map<Manifest, Workload>();
    for (const pod of context.workloads) {
      if (context.proxyOf(pod).kind !== 'ambient') continue;
      for (const one of context.policiesOf(pod)) ambient.set(one, pod);
    }
    if (ambient.size === 0) return;
    for (const { manifest, action, rules, hasTargets } of context.authorizationPolicies) {
      // An authorizer, and a record of accesses, need a waypoint anyway.
      if (hasTargets || (action !== 'ALLOW' && action !== 'DENY')) continue;
      const pod = ambient.get(manifest);
      if (pod === undefined) continue;
      for (const rule of rules) {
        const names = [...new Set(rule.fields.map(({ name }) => name).filter(isHttpField))];
        if (names.length > 0) report(manifest, rule.pointer, { fields: names.join(', '), workload: pod.name });
      }
    }
  },
});
