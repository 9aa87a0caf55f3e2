import { textAt } from '../../../../base/json';
import { targetOf } from '../../../../model/installation/target-of-manifests';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { whyNotSupportedOn } from '../../../../upstream/releases/istio-lines';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { Target } from '../../../../upstream/releases/target';
import { Version } from '../../../../upstream/releases/version';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck, type HealthSink } from '../../health-check';
import type { LiveMesh } from '../../live-mesh';

/** Whether the cluster is new enough. */
export const RELEASES_FIT_CHECK = defineCheck({
  id: 'releases-fit',
  group: 'before',
  title: 'the releases of the API server and the kubelets are supported',
  looksAt:
    'the release of the API server against those that Istio supports, and the releases of the kubelets of all nodes against the default settings',
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
    checkServer(mesh, sink);
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

/** Istio is tested with some lines of Kubernetes: that of the files to be installed, else the one that they are written for by default. */
function checkServer(mesh: LiveMesh, sink: HealthSink): void {
  const text = textAt(mesh.snapshot.server, 'gitVersion') ?? '';
  const server = Version.tryParse(text);
  if (server === undefined) {
    sink.unseen('the API server', `its release "${text}" cannot be read`);
    return;
  }
  const { istio } = mesh.expected === undefined ? Target.of() : targetOf(mesh.expected);
  sink.looked();
  const why = whyNotSupportedOn(server, istio);
  if (why === undefined) return;
  sink.found({
    severity: 'warning',
    found: `the API server runs Kubernetes ${server}; ${why}`,
    cause: 'The minor release of Istio is not tested with this minor release of Kubernetes.',
    fix: 'upgrade the older of the two, or install another minor release of Istio: istio: { version: "…" }',
    source: 'istio.io/latest/docs/releases/supported-releases',
  });
}
