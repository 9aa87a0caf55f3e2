import { EXAMPLE_TBOT_CONFIG, exampleConfigMaps } from '../../examples/example-config-maps';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportRules } from '../rule-findings';

/** The checker's rules on tbot and Teleport, over what runs. */
export const TELEPORT_RULES_CHECK = defineCheck({
  id: 'teleport-rules',
  group: 'teleport',
  title: 'tbot’s objects pass the check rules',
  looksAt: 'the ConfigMaps, DaemonSets and roles of tbot and the socket, with the check rules',
  needs: ['configmaps', 'daemonsets.apps'],
  cause: 'See the rule.',
  fix: 'follow the rule: npx teleport-istio explain <rule>',
  source: 'docs/rules.md',
  fires: () =>
    exampleSnapshot({
      objects: { configmaps: exampleConfigMaps(EXAMPLE_TBOT_CONFIG.replace('workload.sock', 'socket')) },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportRules(mesh, sink, [
      'The name of the socket',
      'The directory of the socket',
      'SPIFFE IDs',
      'Who gets an identity',
      'Lifetimes',
      'Teleport roles and bots',
      'Joining Teleport',
      'tbot configuration',
      'The Workload API of tbot',
      'Attesting pods',
      'What the kubelet lets tbot do',
      'tbot pods',
    ]);
  },
});
