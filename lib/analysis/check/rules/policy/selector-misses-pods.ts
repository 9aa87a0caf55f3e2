import { toPointer } from '../../../../base/json-pointer';
import { nearName } from '../../../../base/near-names';
import { selects } from '../../../../model/cluster/label-index';
import type { CheckContext } from '../../context/check-context';
import { type IdleSelector, idleSelectors } from '../../context/idle-selectors';
import { oncePerContext } from '../../context/once-per-context';
import { defineRule } from '../../rule';
import { deployment, policy, stream } from '../examples';

const selecting = (app: string) =>
  policy(`  selector: {matchLabels: {app: ${app}}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]`);

/** Length from which two words that differ in a letter are hardly two names. */
const MIN_LENGTH = 4;

function sameButDigits(one: string, other: string): boolean {
  return one.replace(/\d/g, '') === other.replace(/\d/g, '');
}

/** Values that pods of a namespace have for a label. */
const valuesOfLabels = oncePerContext(({ workloads }): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { namespace, labels } of workloads) {
    for (const [key, value] of Object.entries(labels)) {
      const at = `${namespace}\n${key}`;
      const values = found.get(at) ?? new Set();
      found.set(at, values.add(value));
    }
  }
  return found;
});

/** Most values that a wrong one is compared with. */
const MAX_VALUES = 200;

/** The label that was most likely meant: pods of the namespace have the same key with a value like it, and all else. */
function misspelt(context: CheckContext, { selector, namespace }: IdleSelector) {
  for (const [key, value] of Object.entries(selector)) {
    const values = valuesOfLabels(context).get(`${namespace}\n${key}`);
    if (values === undefined || values.size > MAX_VALUES || value.length < MIN_LENGTH) continue;
    const near = nearName(value, values);
    // Of versions the others are often elsewhere.
    if (near === undefined || sameButDigits(value, near)) continue;
    if (context.workloadIndex.select({ ...selector, [key]: near }, namespace).length === 0) continue;
    return { pointer: toPointer('spec', 'selector', 'matchLabels', key), near };
  }
  return undefined;
}

/** A policy whose selector finds nothing, where the files show what was meant. */
export const SELECTOR_MISSES_PODS_RULE = defineRule({
  id: 'selector-misses-pods',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Selector misses the intended pods',
  found: '{problem}',
  why: 'A policy applies to the pods of its own namespace that have all the labels, unless it is in the root namespace: this one does not apply to any known pod.',
  fix: 'correct the label, or move the policy to the namespace of the pods',
  source: 'istio/istio#49148; pilot/pkg/model/policyattachment.go',
  wrong: stream(deployment('catalogue', '', ''), selecting('catalouge')),
  right: stream(deployment('catalogue', '', ''), selecting('catalogue')),
  check(context, report) {
    for (const one of idleSelectors(context)) {
      if (one.namespace === context.rootNamespace) continue;
      const found = misspelt(context, one);
      if (found !== undefined) {
        report(one.manifest, found.pointer, {
          problem: `no pod of ${one.namespace} has the label, did you mean "${found.near}"?`,
        });
        continue;
      }
      // Pods of the same labels are in many namespaces; a gateway is one of its kind.
      const elsewhere = context.gateways.find(({ labels }) => selects(one.selector, labels));
      if (elsewhere === undefined) continue;
      report(one.manifest, '/spec/selector', {
        problem: `the selector is that of gateway ${elsewhere.name}, which is in namespace ${elsewhere.namespace}, not ${one.namespace}`,
      });
    }
  },
});
