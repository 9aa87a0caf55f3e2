import { scalarText, textsAt, valueAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Manifest } from '../../../../model/documents/manifest';
import {
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  POD_INJECTION_LABEL,
  REVISION_LABEL,
} from '../../../../upstream/istio/injection';
import type { CheckContext } from '../../context/check-context';
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
  found: '{problem}',
  why: 'With another value on a namespace, the webhook is never called, whatever labels the pods have; on a pod the value is ignored. One label is read only on namespaces, the other only on pods.',
  fix: 'label namespaces istio-injection: enabled, and pods sidecar.istio.io/inject: "true" or "false"',
  source:
    'istio/istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml, pkg/kube/inject/inject.go (injectRequired)',
  wrong: namespace('"true"'),
  right: namespace('enabled'),
  check(context, report) {
    const { manifests, workloads } = context;
    for (const manifest of manifests.ofKind('Namespace', '')) {
      const value = scalarText(valueAt(manifest.body, ['metadata', 'labels', NAMESPACE_INJECTION_LABEL]));
      if (value === undefined || NAMESPACE_VALUES.includes(value)) continue;
      const known = NAMESPACE_VALUES.join(' and ');
      const pointer = toPointer('metadata', 'labels', NAMESPACE_INJECTION_LABEL);
      report(manifest, pointer, { problem: `${NAMESPACE_INJECTION_LABEL} is "${value}"; Istio knows ${known}` });
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
        report(manifest, pointer, { problem: `${POD_INJECTION_LABEL} is "${value}"; Istio knows "true" and "false"` });
      }
    }
    for (const { manifest, pointer, problem } of [...onNamespaces(context), ...besidePods(context)]) {
      report(manifest, pointer, { problem });
    }
  },
});

/** A label that nobody looks for where it stands. */
interface Misplaced {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly problem: string;
}

/** The label of pods on a namespace, which says something other than that of namespaces. */
function onNamespaces({ manifests }: CheckContext): readonly Misplaced[] {
  return manifests.ofKind('Namespace', '').flatMap((manifest) => {
    const labels = textsAt(manifest.body, 'metadata', 'labels');
    const value = labels[POD_INJECTION_LABEL];
    const wanted = value === 'true' ? true : value === 'false' ? false : undefined;
    const isOn = labels[NAMESPACE_INJECTION_LABEL] === NAMESPACE_INJECTION.on || labels[REVISION_LABEL] !== undefined;
    if (wanted === undefined || wanted === isOn) return [];
    const problem = `${POD_INJECTION_LABEL} is a label of pods; on a namespace Istio looks for ${NAMESPACE_INJECTION_LABEL}`;
    return [{ manifest, pointer: toPointer('metadata', 'labels', POD_INJECTION_LABEL), problem }];
  });
}

/** The label of namespaces on pods, and that of pods on what makes the pods, where what happens is not what they say. */
function besidePods(context: CheckContext): readonly Misplaced[] {
  return context.workloads.flatMap((workload) => {
    const { manifest, podPointer, labels, annotations } = workload;
    const isInjected = context.isInjected(workload);
    const onPod = labels[NAMESPACE_INJECTION_LABEL];
    const ofPod = onPod === NAMESPACE_INJECTION.on ? true : onPod === NAMESPACE_INJECTION.off ? false : undefined;
    if (isInjected !== undefined && ofPod !== undefined && ofPod !== isInjected) {
      const problem = `${NAMESPACE_INJECTION_LABEL} is a label of namespaces; on pods Istio looks for ${POD_INJECTION_LABEL}`;
      return [{ manifest, pointer: podPointer + toPointer('metadata', 'labels', NAMESPACE_INJECTION_LABEL), problem }];
    }
    if (podPointer === '' || POD_INJECTION_LABEL in labels || POD_INJECTION_LABEL in annotations) return [];
    return (['labels', 'annotations'] as const).flatMap((field) => {
      const value = textsAt(manifest.body, 'metadata', field)[POD_INJECTION_LABEL];
      const wanted = value === 'true' ? true : value === 'false' ? false : undefined;
      if (isInjected === undefined || wanted === undefined || wanted === isInjected) return [];
      const problem = `${POD_INJECTION_LABEL} is on the ${manifest.kind} itself, but Istio reads it from the pods: set it in the template`;
      return [{ manifest, pointer: toPointer('metadata', field, POD_INJECTION_LABEL), problem }];
    });
  });
}
