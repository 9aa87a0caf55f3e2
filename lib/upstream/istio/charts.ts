/** Istio's own Helm charts (istio/istio manifests/charts). */
export type IstioChart = 'istiod' | 'base' | 'cni' | 'gateway' | 'ztunnel';

const CHARTS: ReadonlySet<string> = new Set<IstioChart>(['istiod', 'base', 'cni', 'gateway', 'ztunnel']);

/** Names of directories and charts that can only be Istio's, wherever they come from. */
const UNMISTAKABLE: ReadonlyMap<string, IstioChart> = new Map([
  ['istiod', 'istiod'],
  ['istio-discovery', 'istiod'],
  ['istio-base', 'base'],
  ['istio-cni', 'cni'],
  ['ztunnel', 'ztunnel'],
]);

/**
 * Which of Istio's charts a name means; undefined for charts of others.
 *
 * @param chart name of the chart, or the path to it
 * @param repository name or address of where it comes from: others have charts called `base` and `gateway` too
 */
export function istioChart(chart: string, repository: string): IstioChart | undefined {
  const name = chart.replace(/\/+$/, '').split('/').at(-1) ?? '';
  const known = UNMISTAKABLE.get(name);
  if (known !== undefined) return known;
  return CHARTS.has(name) && /istio/i.test(`${repository}/${chart}`) ? (name as IstioChart) : undefined;
}
