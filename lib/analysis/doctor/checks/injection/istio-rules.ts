import type { JsonObject } from '../../../../base/json';
import { exampleConfigMaps } from '../../examples/example-config-maps';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportRules } from '../rule-findings';

/** The checker's rules on the installation of Istio, over what runs. */
export const ISTIO_RULES_CHECK = defineCheck({
  id: 'istio-rules',
  group: 'injection',
  title: 'Istio’s installation passes the check rules',
  looksAt: 'the mesh configuration, the injection templates and the CSI driver, with the check rules',
  needs: ['configmaps', 'deployments.apps'],
  cause: 'See the rule.',
  fix: 'follow the rule: npx teleport-istio explain <rule>',
  source: 'docs/rules.md',
  fires: () =>
    exampleSnapshot({
      objects: {
        configmaps: exampleConfigMaps().map((map): JsonObject => {
          const data = map.data as JsonObject;
          return typeof data.mesh === 'string'
            ? { ...map, data: { mesh: data.mesh.replace('example.teleport.sh', 'example.teleport.sh:443') } }
            : map;
        }),
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportRules(mesh, sink, [
      'Injection templates',
      'Volumes of proxies',
      'The SPIFFE CSI driver',
      'Installing Istio',
      'Trust domains',
      'Ambient mode',
    ]);
  },
});
