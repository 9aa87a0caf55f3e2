import { isObject, listAt, textAt, textsAt } from '../../../../base/json';
import { WAYPOINT_LABEL } from '../../../../upstream/istio/outbound-traffic';
import { defineRule } from '../../rule';
import { policy, stream } from '../examples';

const WAYPOINT_CLASS = 'istio-waypoint';

const entry = (labels: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: bank, namespace: shop${labels}}\nspec: {hosts: [bank.example], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}\n`;
const closed = policy(
  '  targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: bank}]\n  action: DENY\n  rules: [{}]',
);

/** A policy attached to an external service that no waypoint stands before. */
export const SERVICE_ENTRY_TARGET_RULE = defineRule({
  id: 'service-entry-target',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Policy on a ServiceEntry without a waypoint',
  found: 'the policy is for ServiceEntry {name}, and no waypoint serves it',
  why: 'Only a waypoint enforces a policy that is attached to a ServiceEntry; sidecars enforce policies on what comes in, not on what goes out.',
  fix: 'label the ServiceEntry or its namespace with istio.io/use-waypoint, or send the traffic through an egress gateway and put the policy there',
  source: 'istio/istio#53904; pilot/pkg/model/policyattachment.go',
  wrong: stream(entry(''), closed),
  right: stream(entry(', labels: {istio.io/use-waypoint: egress}'), closed),
  check({ manifests, authorizationPolicies }, report) {
    const waypoint = manifests
      .ofKind('Gateway', 'gateway.networking.k8s.io')
      .some(({ body }) => textAt(body, 'spec', 'gatewayClassName') === WAYPOINT_CLASS);
    if (waypoint) return;
    const uses = (body: (typeof manifests.all)[number]['body']) =>
      textsAt(body, 'metadata', 'labels')[WAYPOINT_LABEL] !== undefined;
    for (const { manifest, namespace } of authorizationPolicies) {
      const one = isObject(manifest.body.spec) ? manifest.body.spec.targetRef : undefined;
      const targets = listAt(manifest.body, 'spec', 'targetRefs').map((ref, at) => ({
        ref,
        at: `/spec/targetRefs/${at}`,
      }));
      if (one !== undefined) targets.push({ ref: one, at: '/spec/targetRef' });
      for (const { ref, at } of targets) {
        const name = textAt(ref, 'name') ?? '';
        if (textAt(ref, 'kind') !== 'ServiceEntry') continue;
        const entries = manifests
          .ofKind('ServiceEntry', 'networking.istio.io')
          .filter((other) => other.name === name && (other.namespace ?? 'default') === namespace);
        const home = manifests.ofKind('Namespace', '').find((other) => other.name === namespace);
        // Without the ServiceEntry among the files its labels are not known.
        if (entries.length === 0 || entries.some(({ body }) => uses(body)) || (home && uses(home.body))) continue;
        report(manifest, at, { name });
      }
    }
  },
});
