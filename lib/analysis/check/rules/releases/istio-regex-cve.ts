import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';
import { withIstioTag } from '../examples';
import { istioInUse } from './istio-in-use';

/** An Istio that does not quote names in policies. */
export const ISTIO_REGEX_CVE_RULE = defineRule({
  id: 'istio-regex-cve',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'warning',
  title: 'Istio release that reads names in policies as regular expressions',
  found: 'Istio {version} does not quote names in policies',
  why: 'A dot in a namespace or ServiceAccount matches any character, so a policy allows more callers than it names.',
  fix: `upgrade to ${RELEASE_FACTS.quotesPrincipalPatterns}`,
  source: 'istio/istio#59992, istio/istio#59700',
  wrong: withIstioTag(EXAMPLE_RELEASES.istioWithoutQuotes),
  right: withIstioTag(DEFAULT_RELEASES.istio),
  check(context, report) {
    for (const { manifest, pointer, version } of istioInUse(context)) {
      if (!RELEASE_FACTS.quotesPrincipalPatterns.holds(version)) report(manifest, pointer, { version: `${version}` });
    }
  },
});
