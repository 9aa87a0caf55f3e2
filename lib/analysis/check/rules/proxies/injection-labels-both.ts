import { textsAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { NAMESPACE_INJECTION, NAMESPACE_INJECTION_LABEL, REVISION_LABEL } from '../../../../upstream/istio/injection';
import { DEFAULT_REVISION } from '../../../../upstream/istio/injection-webhook';
import { defineRule } from '../../rule';

const namespace = (labels: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${labels}}\n`;

/** A namespace with two labels for injection, of which one counts. */
export const INJECTION_LABELS_BOTH_RULE = defineRule({
  id: 'injection-labels-both',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'warning',
  title: 'Two injection labels on a namespace',
  found: `the namespace has ${NAMESPACE_INJECTION_LABEL}: {value}, so its ${REVISION_LABEL}: {revision} is ignored`,
  why: 'The webhooks of revisions skip namespaces that have the other label: the default istiod injects these pods, or nothing does.',
  fix: `keep ${REVISION_LABEL} alone`,
  source:
    'istio/istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml; istio.io analysis message IST0123',
  wrong: namespace('istio-injection: enabled, istio.io/rev: canary'),
  right: namespace('istio.io/rev: canary'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('Namespace', '')) {
      const { [NAMESPACE_INJECTION_LABEL]: value, [REVISION_LABEL]: revision } = textsAt(
        manifest.body,
        'metadata',
        'labels',
      );
      if (value === undefined || revision === undefined) continue;
      // Both then mean the same, whichever counts.
      if (value === NAMESPACE_INJECTION.on && revision === DEFAULT_REVISION) continue;
      report(manifest, toPointer('metadata', 'labels', REVISION_LABEL), { value, revision });
    }
  },
});
