import { isObject, listAt, textAt, textsAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { WAYPOINT_CLASS } from '../../../../upstream/istio/gateway-classes';
import { WAYPOINT_LABEL } from '../../../../upstream/istio/outbound-traffic';
import { policyTargetGroup, WAYPOINT_TARGETS } from '../../../../upstream/istio/policy-targets';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { policy, stream } from '../examples';

const entry = (labels: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: bank, namespace: shop${labels}}\nspec: {hosts: [bank.example], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}\n`;
const closed = policy(
  '  targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: bank}]\n  action: DENY\n  rules: [{}]',
);

/** A policy attached to a service, of the cluster or external, that no waypoint stands before. */
export const SERVICE_ENTRY_TARGET_RULE = defineRule({
  id: 'service-entry-target',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Policy on a Service or ServiceEntry without a waypoint',
  found: 'the policy is attached to {kind} {name}, but no waypoint serves it',
  why: 'Only a waypoint enforces a policy that is attached to a Service or ServiceEntry; sidecars enforce policies with selectors, and only for incoming requests.',
  fix: 'select the pods of a Service by their labels; for a ServiceEntry use a waypoint (istio.io/use-waypoint), or an egress gateway and a policy for the gateway',
  source: 'istio/istio#53904; pilot/pkg/model/policyattachment.go',
  wrong: stream(entry(''), closed),
  right: stream(entry(', labels: {istio.io/use-waypoint: egress}'), closed),
  check({ manifests, authorizationPolicies }, report) {
    const waypoint = manifests
      .ofKind('Gateway', GATEWAY_API)
      .some(({ body }) => textAt(body, 'spec', 'gatewayClassName') === WAYPOINT_CLASS);
    if (waypoint) return;
    const uses = ({ body }: Manifest) => textsAt(body, 'metadata', 'labels')[WAYPOINT_LABEL] !== undefined;
    for (const { manifest, namespace } of authorizationPolicies) {
      const one = isObject(manifest.body.spec) ? manifest.body.spec.targetRef : undefined;
      const targets = listAt(manifest.body, 'spec', 'targetRefs').map((ref, at) => ({
        ref,
        at: `/spec/targetRefs/${at}`,
      }));
      if (one !== undefined) targets.push({ ref: one, at: '/spec/targetRef' });
      for (const { ref, at } of targets) {
        const name = textAt(ref, 'name') ?? '';
        const kind = textAt(ref, 'kind') ?? '';
        if (!WAYPOINT_TARGETS.some((one) => one === kind)) continue;
        const found = manifests
          .ofKind(kind, policyTargetGroup(kind))
          .filter((other) => other.name === name && (other.namespace ?? 'default') === namespace);
        const home = manifests.ofKind('Namespace', '').find((other) => other.name === namespace);
        // Without the target among the files its labels are not known, and those of a Service are often its namespace's.
        if (found.length === 0 || found.some(uses) || (home ? uses(home) : kind === 'Service')) continue;
        report(manifest, at, { kind, name });
      }
    }
  },
});
