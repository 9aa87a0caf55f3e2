import { scalarText, valueAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import {
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  POD_INJECTION_LABEL,
} from '../../../../upstream/istio/injection';
import { defineRule } from '../../rule';

const NAMESPACE_VALUES: readonly string[] = Object.values(NAMESPACE_INJECTION);
const POD_VALUES: readonly string[] = ['true', 'false', ''];

const namespace = (value: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${NAMESPACE_INJECTION_LABEL}: ${value}}\n`;

/** Labels that are to switch injection and have a value that Istio does not know. */
export const INJECTION_LABEL_VALUE_RULE = defineRule({
  id: 'injection-label-value',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid value for an injection label',
  found: '{label} is "{value}"; Istio knows {known}',
  why: 'With another value on a namespace the webhook is never called, whatever the pods say; on a pod the value is ignored.',
  fix: 'write {known}',
  source:
    'istio/istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml, pkg/kube/inject/inject.go (injectRequired)',
  wrong: namespace('"true"'),
  right: namespace('enabled'),
  check({ manifests, workloads }, report) {
    for (const manifest of manifests.ofKind('Namespace', '')) {
      const value = scalarText(valueAt(manifest.body, ['metadata', 'labels', NAMESPACE_INJECTION_LABEL]));
      if (value === undefined || NAMESPACE_VALUES.includes(value)) continue;
      const known = NAMESPACE_VALUES.join(' and ');
      const pointer = toPointer('metadata', 'labels', NAMESPACE_INJECTION_LABEL);
      report(manifest, pointer, { label: NAMESPACE_INJECTION_LABEL, value, known });
    }
    for (const { manifest, podPointer, labels, annotations } of workloads) {
      for (const [field, values] of Object.entries({ labels, annotations })) {
        const value = values[POD_INJECTION_LABEL];
        // Of a label and an annotation the label counts.
        if (
          value === undefined ||
          POD_VALUES.includes(value) ||
          (values === annotations && POD_INJECTION_LABEL in labels)
        )
          continue;
        const pointer = podPointer + toPointer('metadata', field, POD_INJECTION_LABEL);
        report(manifest, pointer, { label: POD_INJECTION_LABEL, value, known: '"true" and "false"' });
      }
    }
  },
});
