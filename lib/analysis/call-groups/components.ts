import { addTo } from '../../base/add-to';

/** Things by their numbers, joined into groups step by step. */
export class Components {
  private readonly parents: number[];

  public constructor(size: number) {
    this.parents = Array.from({ length: size }, (_, index) => index);
  }

  /** Puts the groups of two things together. */
  public join(one: number, other: number): void {
    const [a, b] = [this.find(one), this.find(other)];
    // The smaller number stays, so that groups come in the order of their first member.
    if (a !== b) this.parents[Math.max(a, b)] = Math.min(a, b);
  }

  /** The groups, each sorted, by their first members. */
  public groups(): readonly (readonly number[])[] {
    const groups = new Map<number, number[]>();
    this.parents.forEach((_, index) => {
      addTo(groups, this.find(index), index);
    });
    return [...groups.values()];
  }

  private find(index: number): number {
    let root = index;
    for (let parent = this.parents[root]; parent !== undefined && parent !== root; parent = this.parents[root])
      root = parent;
    // Shortens the way for the next who asks.
    for (let at = index; at !== root; ) {
      const next = this.parents[at] ?? root;
      this.parents[at] = root;
      at = next;
    }
    return root;
  }
}
