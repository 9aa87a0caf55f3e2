import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { ISTIO_LINES } from '../../../../upstream/releases/istio-lines';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';
import { withIstioTag } from '../examples';
import { istioInUse } from './istio-in-use';

const SUPPORTED = ISTIO_LINES.filter(({ ended }) => ended === undefined).map(({ line }) => line);

/** An Istio that the overlay does not fit. */
export const ISTIO_TOO_OLD_RULE = defineRule({
  id: 'istio-too-old',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'Istio release whose gateways cannot use the injection template',
  found: `Istio is {version}, and the overlay needs ${RELEASE_FACTS.fitsOverlay}`,
  why: 'Its gateway template gives the socket volume an emptyDir, so a gateway with the overlay is refused; the oldest of these releases fail with certificates in files too.',
  fix: `upgrade Istio to a supported minor release: ${SUPPORTED.join(', ')}`,
  source: 'istio/istio#56217, istio/istio#54725',
  wrong: withIstioTag(EXAMPLE_RELEASES.istioWithoutOverlay),
  right: withIstioTag(DEFAULT_RELEASES.istio),
  check(context, report) {
    if (!context.usesWorkloadApi) return;
    for (const { manifest, pointer, version } of istioInUse(context)) {
      if (!RELEASE_FACTS.fitsOverlay.holds(version)) report(manifest, pointer, { version: `${version}` });
    }
  },
});
