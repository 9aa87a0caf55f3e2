import type { Finding } from './finding';

/** Findings of one rule in one file that are listed: nobody reads more, and reports of millions cannot be written. */
const MAX_LISTED = 1_000;

/** Findings of rules that a file breaks so often that not all of them are kept. */
export class Overflow {
  /** The first of each, which stands for the others. */
  public readonly findings: Finding[] = [];
  private readonly others = new Map<string, number>();

  /** Counts one that is not kept. */
  public count(rule: string, file: string): void {
    const key = keyOf(rule, file);
    this.others.set(key, (this.others.get(key) ?? 0) + 1);
  }

  /** How many were not kept. */
  public countOf(rule: string, file: string): number {
    return this.others.get(keyOf(rule, file)) ?? 0;
  }
}

/** The findings that are listed, in order; the last of those that are too many says how many more there are. */
export function listFindings(findings: readonly Finding[], overflow: Overflow): readonly Finding[] {
  if (findings.length <= MAX_LISTED && overflow.findings.length === 0) return findings;
  const counts = new Map<string, number>();
  for (const finding of findings) increase(counts, finding);
  const seen = new Map<string, number>();
  return findings.flatMap((finding) => {
    const { rule, location } = finding;
    const rank = increase(seen, finding);
    if (rank > MAX_LISTED + 1) return [];
    const count = counts.get(keyOf(rule, location.file)) ?? 0;
    const isLast = rank === Math.min(count, MAX_LISTED + 1);
    const others = isLast ? count - rank + overflow.countOf(rule, location.file) : 0;
    return others === 0 ? finding : { ...finding, found: `${finding.found}; and ${others} more like it in this file` };
  });
}

function increase(counts: Map<string, number>, { rule, location }: Finding): number {
  const key = keyOf(rule, location.file);
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function keyOf(rule: string, file: string): string {
  return `${rule}\n${file}`;
}
