import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

const REASONS = /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/;

/** Whether the mesh's own images can be pulled. */
export const IMAGES_PULLED_CHECK = defineCheck({
  id: 'images-pulled',
  group: 'cluster',
  title: 'the mesh’s images can be pulled',
  looksAt: 'waiting containers of istiod, tbot, the CSI driver and pods with a proxy',
  needs: ['pods'],
  cause: 'The registry does not have the image, or the node may not pull it.',
  fix: 'compare the tag with the registry; a private registry needs imagePullSecrets',
  source: 'kubernetes/kubernetes pkg/kubelet/images',
  fires: () =>
    exampleSnapshot({
      objects: {
        pods: [
          ...Object.values(EXAMPLE_PODS),
          examplePod('shop', 'late', {
            proxy: true,
            ready: false,
            status: {
              containerStatuses: [
                { name: 'late', state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } } },
              ],
            },
          }),
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const pod of mesh.alivePods) {
      if (pod.role === 'other' && pod.proxy === undefined) continue;
      sink.looked();
      const bad = pod.states.find(({ reason }) => REASONS.test(reason));
      if (bad !== undefined)
        sink.found({
          found: `${pod.ref}: the image of container ${bad.name} cannot be pulled`,
          evidence: [`${bad.reason}: ${bad.message}`],
        });
    }
  },
});
