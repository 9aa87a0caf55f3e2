import type { Finding } from './finding';

/** What was found, with how many more are like it. */
export function foundText({ rule, found, count = 1 }: Finding): string {
  // What stands for the templates of a chart says so itself.
  if (count === 1 || rule === 'chart-not-rendered') return found;
  return `${found}; and ${count - 1} more like it in this file`;
}

/** How many findings these stand for. */
export function countOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { count = 1 }) => sum + count, 0);
}
