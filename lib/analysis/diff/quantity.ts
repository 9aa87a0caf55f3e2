import type { JsonValue } from '../../base/json';

/** Suffixes of Kubernetes quantities (kubernetes/apimachinery pkg/api/resource/suffix.go). */
const FACTORS: ReadonlyMap<string, number> = new Map([
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);

/** Whether two texts or numbers are the same amount: an API server writes `1000m` as `1` and `1024Mi` as `1Gi`. */
export function sameQuantity(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const amount = amountOf(a);
  return amount !== undefined && amount === amountOf(b);
}

function amountOf(json: JsonValue | undefined): number | undefined {
  if (typeof json !== 'string' && typeof json !== 'number') return undefined;
  const { number, suffix = '' } =
    /^(?<number>\d+(?:\.\d+)?)(?<suffix>[numkMGTPE]|[KMGTPE]i)?$/.exec(String(json))?.groups ?? {};
  const factor = FACTORS.get(suffix);
  // To the nearest billionth, so that 0.1 and 100m meet.
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor * 1e9) / 1e9;
}
