import type { Finding } from './finding';

/** Findings of one rule in one file that are listed: nobody reads more, and reports of millions cannot be written. */
const MAX_LISTED = 1_000;

/** Findings of one rule in one file that are kept, for suppressions to be held against; others are counted. */
const MAX_KEPT = 100_000;

/** Findings of rules that a file breaks so often that not all of them are kept. */
export class Overflow {
  /** The first finding beyond the limit of each rule and file, which represents the remaining ones. */
  public readonly findings: Finding[] = [];
  private readonly counts = new Map<string, number>();

  /** Counts a finding and returns how many exceed the limit; 0 if this one is kept. */
  public count(rule: string, file: string): number {
    return Math.max(increase(this.counts, keyOf(rule, file)) - MAX_KEPT, 0);
  }

  /** How many were not kept, besides the one that represents them. */
  public countOf(rule: string, file: string): number {
    return Math.max((this.counts.get(keyOf(rule, file)) ?? 0) - MAX_KEPT - 1, 0);
  }
}

/** The findings that are listed, in order; the last one represents those beyond the limit. */
export function listFindings(findings: readonly Finding[], overflow: Overflow): readonly Finding[] {
  if (findings.length <= MAX_LISTED && overflow.findings.length === 0) return findings;
  const counts = new Map<string, number>();
  for (const { rule, location } of findings) increase(counts, keyOf(rule, location.file));
  const seen = new Map<string, number>();
  return findings.flatMap((finding) => {
    const { rule, location } = finding;
    const key = keyOf(rule, location.file);
    const rank = increase(seen, key);
    if (rank > MAX_LISTED + 1) return [];
    const count = counts.get(key) ?? 0;
    const isLast = rank === Math.min(count, MAX_LISTED + 1);
    const others = isLast ? count - rank + overflow.countOf(rule, location.file) : 0;
    return others === 0 ? finding : { ...finding, count: (finding.count ?? 1) + others };
  });
}

function increase(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function keyOf(rule: string, file: string): string {
  return `${rule}\n${file}`;
}
