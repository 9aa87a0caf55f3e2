import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { advisoriesOf } from '../../../../upstream/releases/istio-advisories';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream, withIstioTag } from '../examples';
import { istioInUse } from './istio-in-use';

const PATH_POLICY =
  'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: admin, namespace: shop}\nspec:\n  rules:\n    - to: [{operation: {paths: [/admin*], ports: ["80"]}}]\n';

/** An Istio whose path and header rules can be bypassed, with policies that have such rules. */
export const ISTIO_POLICY_BYPASS_RULE = defineRule({
  id: 'istio-policy-bypass',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Istio release with a known policy bypass',
  found: 'Istio {version} has {advisory} ({cves}), and {policy} has rules on {what}',
  why: 'A caller can write the path or a header in a form that the rule does not recognize: an ALLOW admits requests that it should not, and a DENY does not stop them.',
  fix: 'upgrade Istio to {fixed}',
  source: 'istio/istio.io content/en/news/security/istio-security-2026-006',
  wrong: stream(withIstioTag(EXAMPLE_RELEASES.istioBypassed), PATH_POLICY),
  right: stream(withIstioTag(DEFAULT_RELEASES.istio), PATH_POLICY),
  check(context, report) {
    const use = policyUse(context);
    if (use === undefined) return;
    for (const { manifest, pointer, version } of istioInUse(context)) {
      for (const { id, cves, fixed, isPolicyBypass } of advisoriesOf(version)) {
        if (!isPolicyBypass) continue;
        report(manifest, pointer, {
          version: `${version}`,
          advisory: id,
          cves: cves.join(', '),
          fixed: `${fixed}`,
          ...use,
        });
      }
    }
  },
});

/** The first policy that is touched, and by what. */
function policyUse({ policyFields }: CheckContext): { policy: string; what: string } | undefined {
  const [path] = policyFields.about('paths');
  const [header] = policyFields.about('headers');
  const first = path ?? header;
  if (first === undefined) return undefined;
  const what = [path && 'paths', header && 'headers'].filter((one) => one !== undefined).join(' and ');
  return { policy: `${first.manifest.namespace ?? 'default'}/${first.manifest.name}`, what };
}
