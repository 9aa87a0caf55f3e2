import { textAt } from '../../../../base/json';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { Version } from '../../../../upstream/releases/version';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether the cluster is new enough. */
export const RELEASES_FIT_CHECK = defineCheck({
  id: 'releases-fit',
  group: 'before',
  title: 'the kubelets are new enough for the default settings',
  looksAt: 'the releases of the kubelets of all nodes',
  needs: ['server', 'nodes'],
  cause:
    'The kubelet authorizes /pods only by nodes/proxy, and does not support native sidecars, which istiod relies on.',
  fix: 'state the release in the mesh: kubernetes: { version: "…" }',
  source: 'kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
  fires: () =>
    exampleSnapshot({
      objects: {
        nodes: [
          {
            apiVersion: 'v1',
            kind: 'Node',
            metadata: { name: 'old' },
            status: { nodeInfo: { kubeletVersion: `v${EXAMPLE_RELEASES.oldKubelet}` } },
          },
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const node of mesh.objects('nodes')) {
      const name = textAt(node, 'metadata', 'name') ?? '';
      const text = textAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? '';
      const version = Version.tryParse(text);
      if (version === undefined) {
        sink.unseen(`the kubelet of node ${name}`, `its release "${text}" cannot be read`);
        continue;
      }
      sink.looked();
      const facts = [RELEASE_FACTS.kubeletAuthorizesPods, RELEASE_FACTS.kubeletRunsNativeSidecars];
      const missing = facts.filter((fact) => !fact.holds(version));
      if (missing.length > 0) {
        sink.found({
          severity: 'warning',
          found: `node ${name} runs Kubernetes ${version}; the default settings are for ${missing[0]}`,
        });
      }
    }
  },
});
