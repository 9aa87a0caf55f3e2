import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether another Istio is there. */
export const NO_OTHER_MESH_CHECK = defineCheck({
  id: 'no-other-mesh',
  group: 'before',
  title: 'no Istio with another CA or trust domain is in use',
  looksAt: 'pods of istiod, the mesh configuration, and pods with a proxy',
  needs: ['pods'],
  cause:
    'Proxies with certificates from istiod’s CA and proxies with certificates from Teleport refuse each other. A changed trust domain breaks policies that name the old one.',
  fix: 'migrate group by group: docs/migrating.md',
  source: 'istio/istio pkg/spiffe/spiffe.go',
  fires: () => exampleSnapshot(),
  quiet: () => exampleSnapshot({ objects: { pods: [], configmaps: [] } }),
  check(mesh, sink) {
    sink.looked();
    const istiod = mesh.alivePods.find(({ role }) => role === 'istiod');
    if (istiod === undefined) return;
    const proxies = mesh.alivePods.filter(({ proxy }) => proxy !== undefined);
    const without = proxies.filter((pod) => !mesh.usesWorkloadApi(pod)).length;
    sink.found({
      severity: 'warning',
      found: `${istiod.ref} is already running, with ${proxies.length} proxies`,
      evidence: [
        `trust domain ${mesh.trustDomain ?? `unknown: ${mesh.cluster.meshSettings.trustDomainUnknown}`}`,
        `${without} of its proxies have istiod’s certificates`,
      ],
    });
  },
});
