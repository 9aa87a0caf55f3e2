import { imageTag } from '../../../../upstream/kubernetes/known-images';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { PROXY_LINES_BEHIND } from '../../../../upstream/releases/istio-lines';
import { Version } from '../../../../upstream/releases/version';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportUnanswered } from '../each-certificate';

/** Whether proxies run a release that istiod supports. */
export const ONE_RELEASE_CHECK = defineCheck({
  id: 'one-release',
  group: 'istiod',
  title: 'proxies run a release that istiod supports',
  looksAt: 'the releases of istiod and of the sampled proxies',
  needs: ['pods'],
  cause: 'The pods were injected by an older istiod, or belong to another revision.',
  fix: 'restart the pods',
  source: 'istio/istio releasenotes, istio.io/latest/docs/releases/supported-releases',
  fires: () =>
    exampleSnapshot({
      proxies: [
        exampleProxy('web'),
        exampleProxy('api', { reading: { istioVersion: EXAMPLE_RELEASES.istioWithoutOverlay } }),
      ],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const servers = mesh.alivePods
      .filter(({ role }) => role === 'istiod')
      .flatMap(({ mainImage }) => Version.tryParse(imageTag(mainImage) ?? '') ?? []);
    const newest = servers.sort((a, b) => a.compare(b)).at(-1);
    if (newest === undefined) return;
    reportUnanswered(mesh, sink);
    for (const { pod, reading } of mesh.proxies) {
      const version = Version.tryParse(reading.istioVersion ?? '');
      if (version === undefined) continue;
      sink.looked();
      const behind = newest.major === version.major ? newest.minor - version.minor : Number.POSITIVE_INFINITY;
      if (behind > PROXY_LINES_BEHIND || behind < 0) {
        sink.found({
          severity: 'warning',
          found: `${pod.ref} runs Istio ${version}, and istiod ${newest}`,
          fix: pod.restart,
        });
      }
    }
  },
});
