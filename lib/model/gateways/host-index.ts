import { addTo } from '../../base/add-to';
import { coveringHosts } from '../../upstream/istio/service-host';

/**
 * Finds the items that have some host in common with others, as `commonHosts` has it, without a look at all of them: a
 * Gateway may have hundreds of servers, and thousands of routes.
 */
export class HostIndex<T> {
  private readonly byHost = new Map<string, number[]>();
  /** The hosts from their last character to their first, in order: those with the same end are side by side. */
  private reversed: readonly string[] | undefined;

  public constructor(
    /** Everything in the index, in order. */
    public readonly all: readonly T[],
    hostsOf: (item: T) => readonly string[],
  ) {
    all.forEach((item, position) => {
      for (const host of hostsOf(item)) addTo(this.byHost, host.toLowerCase(), position);
    });
  }

  /** The items with a host that is, covers or is covered by one of these, in order. */
  public sharing(hosts: readonly string[]): readonly T[] {
    const found = new Set<number>();
    for (const host of hosts) {
      for (const key of this.keysFor(host.toLowerCase())) {
        for (const position of this.byHost.get(key) ?? []) found.add(position);
      }
    }
    const positions = [...found].sort((one, other) => one - other);
    return positions.flatMap((position) => this.all.slice(position, position + 1));
  }

  private *keysFor(host: string): Iterable<string> {
    if (!host.startsWith('*')) return yield* coveringHosts(host);
    const end = host.slice(1);
    yield* coveringHosts(end);
    yield* this.endingIn(end);
  }

  private *endingIn(end: string): Iterable<string> {
    this.reversed ??= [...this.byHost.keys()].map(reverse).sort();
    const wanted = reverse(end);
    for (let at = firstFrom(this.reversed, wanted); this.reversed[at]?.startsWith(wanted); at++)
      yield reverse(this.reversed[at] ?? '');
  }
}

/** The place of the first of some sorted texts that does not come before another. */
function firstFrom(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function reverse(text: string): string {
  return [...text].reverse().join('');
}
