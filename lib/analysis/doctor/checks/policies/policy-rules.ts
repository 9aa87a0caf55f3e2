import { EXAMPLE_POLICIES, examplePolicy } from '../../examples/example-policies';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportRules } from '../rule-findings';

/** The checker's rules on policies and traffic, over what runs. */
export const POLICY_RULES_CHECK = defineCheck({
  id: 'policy-rules',
  group: 'policies',
  title: 'policies and routes pass the check rules',
  looksAt:
    'AuthorizationPolicies, PeerAuthentications, DestinationRules, Gateways, Services and workloads, with the check rules',
  needs: ['authorizationpolicies.security.istio.io', 'deployments.apps', 'services'],
  cause: 'See the rule.',
  fix: 'follow the rule: npx teleport-istio explain <rule>',
  source: 'docs/rules.md',
  fires: () =>
    exampleSnapshot({
      objects: {
        'authorizationpolicies.security.istio.io': [
          EXAMPLE_POLICIES.deny,
          examplePolicy('api', {
            selector: { matchLabels: { app: 'api' } },
            rules: [{ from: [{ source: { principals: ['spiffe://example.teleport.sh/ns/shop/sa/web'] } }] }],
          }),
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportRules(mesh, sink, [
      'Gateways and mixed meshes',
      'Routes of gateways',
      'Authorization policies',
      'Principals',
      'Policies and ports',
      'How policies are used',
      'What Istio refuses in a policy',
      'Values that Istio refuses in a policy',
      'Mutual TLS',
      'DestinationRules',
      'Ports and protocols',
      'Policies, workloads and identities together',
    ]);
  },
});
