import { compareTexts } from '../../base/compare-texts';

/** A pod with a proxy, as far as it matters for choosing. */
export interface SamplePod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly serviceAccount: string;
  readonly isReady: boolean;
}

/** How many proxies are asked unless all are wanted. */
const SAMPLE_SIZE = 60;

/**
 * Which proxies to ask: all where there are few, else one of every namespace, node and account, and those that are not ready,
 * as far as there is room. Sorted, so that two runs ask the same.
 */
export function samplePods(pods: readonly SamplePod[], size = SAMPLE_SIZE): readonly SamplePod[] {
  const sorted = [...pods].sort((a, b) => compareTexts(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
  if (sorted.length <= size) return sorted;
  const chosen = new Set<SamplePod>();
  const takeOneOfEach = (keyOf: (pod: SamplePod) => string, among: readonly SamplePod[]) => {
    const seen = new Set([...chosen].map(keyOf));
    for (const pod of among) {
      if (chosen.size >= size) return;
      if (seen.has(keyOf(pod))) continue;
      seen.add(keyOf(pod));
      chosen.add(pod);
    }
  };
  takeOneOfEach(({ namespace }) => namespace, sorted);
  takeOneOfEach(({ node }) => node, sorted);
  takeOneOfEach(({ name }) => name, sorted.filter(({ isReady }) => !isReady).slice(0, Math.ceil(size / 3)));
  takeOneOfEach(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`, sorted);
  takeOneOfEach(({ name }) => name, sorted);
  return sorted.filter((pod) => chosen.has(pod));
}
