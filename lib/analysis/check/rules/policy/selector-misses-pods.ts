import { textsAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { nearName } from '../../../../base/near-names';
import { isGateway } from '../../../../model/cluster/injection';
import { selects } from '../../../../model/cluster/label-index';
import type { Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, policy, stream } from '../examples';

const selecting = (app: string) =>
  policy(`  selector: {matchLabels: {app: ${app}}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]`);

/** Length from which two words that differ in a letter are hardly two names. */
const MIN_LENGTH = 4;

function sameButDigits(one: string, other: string): boolean {
  return one.replace(/\d/g, '') === other.replace(/\d/g, '');
}

/** A selector that finds no pod. */
interface IdleSelector {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
}

/** The policies of one namespace whose selector finds no pod that is known. */
function idle(context: CheckContext): readonly IdleSelector[] {
  const { manifests, rootNamespace } = context;
  const all = ['AuthorizationPolicy', 'RequestAuthentication', 'PeerAuthentication'].flatMap((kind) =>
    manifests.ofKind(kind, 'security.istio.io').map((manifest) => ({
      manifest,
      namespace: manifest.namespace ?? 'default',
      selector: textsAt(manifest.body, 'spec', 'selector', 'matchLabels'),
    })),
  );
  return all.filter(({ manifest, namespace, selector }) => {
    if (Object.keys(selector).length === 0 || namespace === rootNamespace) return false;
    return manifest.kind === 'PeerAuthentication'
      ? context.workloadIndex.select(selector, namespace).length === 0
      : context.scopeOf(manifest).length === 0;
  });
}

/** The label that was most likely meant: pods of the namespace have the same key with a value like it, and all else. */
function misspelt({ selector, namespace }: IdleSelector, workloads: readonly Workload[]) {
  for (const [key, value] of Object.entries(selector)) {
    const others = Object.fromEntries(Object.entries(selector).filter(([name]) => name !== key));
    const values = workloads
      .filter((workload) => workload.namespace === namespace && selects(others, workload.labels))
      .flatMap(({ labels }) => labels[key] ?? []);
    const near = nearName(value, new Set(values));
    // Of versions the others are often elsewhere, and short words are near each other.
    if (near === undefined || value.length < MIN_LENGTH || sameButDigits(value, near)) continue;
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
  title: 'Selector misses the pods that were meant',
  found: '{problem}',
  why: 'A policy is for pods of its own namespace that have all the labels, unless it is in the root namespace: this one is for no pod that is known.',
  fix: 'correct the label, or move the policy to the namespace of the pods',
  source: 'istio/istio#49148; pilot/pkg/model/policyattachment.go',
  wrong: stream(deployment('catalogue', '', ''), selecting('catalouge')),
  right: stream(deployment('catalogue', '', ''), selecting('catalogue')),
  check(context, report) {
    const selectors = idle(context);
    if (selectors.length === 0) return;
    const gateways = [
      ...context.workloads.filter(isGateway),
      ...context.installedGateways.map(({ workload }) => workload),
    ];
    for (const one of selectors) {
      const found = misspelt(one, context.workloads);
      if (found !== undefined) {
        report(one.manifest, found.pointer, {
          problem: `no pod of ${one.namespace} has the label, did you mean "${found.near}"?`,
        });
        continue;
      }
      // Pods of the same labels are in many namespaces; a gateway is one of its kind.
      const elsewhere = gateways.find(({ labels }) => selects(one.selector, labels));
      if (
        elsewhere === undefined ||
        context.workloads.some((pod) => pod.namespace === one.namespace && selects(one.selector, pod.labels))
      )
        continue;
      report(one.manifest, '/spec/selector', {
        problem: `the selector is that of gateway ${elsewhere.name}, which is in namespace ${elsewhere.namespace}, not ${one.namespace}`,
      });
    }
  },
});
