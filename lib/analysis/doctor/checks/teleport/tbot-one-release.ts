import { imageTag } from '../../../../upstream/kubernetes/known-images';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { Version } from '../../../../upstream/releases/version';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether the tbots that run renew certificates, and are of one release. */
export const TBOT_ONE_RELEASE_CHECK = defineCheck({
  id: 'tbot-one-release',
  group: 'teleport',
  title: 'all tbots run one release, which renews certificates',
  looksAt: 'the images that the pods of tbot run',
  needs: ['pods'],
  cause: 'This release of tbot answers every renewal with the certificate that it issued first.',
  fix: 'pin a newer tbot in the DaemonSet',
  source: 'gravitational/teleport#62813',
  fires: () =>
    exampleSnapshot({
      objects: {
        pods: [
          ...Object.values(EXAMPLE_PODS),
          examplePod('teleport-system', 'tbot', {
            containers: [
              {
                name: 'tbot',
                image: `public.ecr.aws/gravitational/tbot-distroless:${EXAMPLE_RELEASES.tbotWithoutRenewal}`,
              },
            ],
            metadata: { name: 'tbot-2' },
          }),
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const byImage = new Map<string, string>();
    for (const pod of mesh.alivePods.filter(({ role }) => role === 'tbot')) {
      const image = pod.mainImage;
      sink.looked();
      const release = Version.tryParse(imageTag(image) ?? '');
      if (release !== undefined && !RELEASE_FACTS.sdsRenewsSvids.holds(release) && !byImage.has(image)) {
        sink.found({
          found: `${pod.ref} runs tbot ${release}, whose certificates are not renewed`,
          evidence: [`image ${image}`],
        });
      }
      if (!byImage.has(image)) byImage.set(image, pod.ref);
    }
    if (byImage.size < 2) return;
    sink.found({
      severity: 'warning',
      found: `nodes run different releases of tbot`,
      evidence: [...byImage].map(([image, pod]) => `${pod}: ${image}`).slice(0, 5),
      cause: 'A rollout is stuck or still in progress.',
      fix: 'kubectl -n teleport-system rollout status daemonset/tbot',
    });
  },
});
