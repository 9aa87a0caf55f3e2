import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { hasEnded, ISTIO_LINES, istioLine, RELEASES_KNOWN_UNTIL } from '../../../../upstream/releases/istio-lines';
import { defineRule } from '../../rule';
import { withIstioTag } from '../examples';
import { istioInUse } from './istio-in-use';

const SUPPORTED = ISTIO_LINES.filter(({ ended }) => ended === undefined).map(({ line }) => line);

/** An Istio that gets no more fixes. */
export const ISTIO_LINE_ENDED_RULE = defineRule({
  id: 'istio-line-ended',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'warning',
  title: 'Istio minor release that is no longer supported',
  found: `Istio {version} is of a minor release that {ended} (as of ${RELEASES_KNOWN_UNTIL}, when this package was released)`,
  why: 'Vulnerabilities found since then are not fixed in it.',
  fix: `upgrade Istio to a supported minor release: ${SUPPORTED.join(', ')}`,
  source: 'istio/istio.io content/en/docs/releases/supported-releases/index.md',
  wrong: withIstioTag(EXAMPLE_RELEASES.istioEnded),
  right: withIstioTag(DEFAULT_RELEASES.istio),
  check(context, report) {
    for (const { manifest, pointer, version } of istioInUse(context)) {
      if (!hasEnded(version)) continue;
      const ended = istioLine(version)?.ended;
      report(manifest, pointer, {
        version: `${version}`,
        ended: ended === undefined ? 'ended long ago' : `ended on ${ended}`,
      });
    }
  },
});
