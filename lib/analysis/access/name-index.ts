import { addTo } from '../../base/add-to';
import { nearNames } from '../../base/near-names';

/** The most names a message lists. */
const MOST_NEAR = 3;

/** What a name turned out to mean. */
export type Found<T> =
  | { readonly found: T }
  | { readonly found: undefined; readonly candidates: readonly string[]; readonly near: readonly string[] };

/** Finds things by `namespace/name`, or by the name alone where only one thing has it. */
export class NameIndex<T extends { readonly ref: string; readonly name: string }> {
  private readonly byRef = new Map<string, T>();
  private readonly byName = new Map<string, T[]>();

  public constructor(things: readonly T[]) {
    for (const thing of things) {
      if (this.byRef.has(thing.ref)) continue;
      this.byRef.set(thing.ref, thing);
      addTo(this.byName, thing.name, thing);
    }
  }

  /** What the name means, or what it may mean. */
  public find(name: string): Found<T> {
    const exact = this.byRef.get(name);
    if (exact) return { found: exact };
    const sameName = this.byName.get(name) ?? [];
    if (sameName[0] && sameName.length === 1) return { found: sameName[0] };
    const candidates = sameName.map(({ ref }) => ref).sort();
    return {
      found: undefined,
      candidates,
      near: candidates.length > 0 ? [] : nearNames(name, this.byRef.keys()).slice(0, MOST_NEAR),
    };
  }
}
