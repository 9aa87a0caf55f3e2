import type { Product } from './product';
import { Version } from './version';

/**
 * The releases from which on something holds. A fix reaches several lines at different releases: each line has the first of
 * its own, and every line after the last one named has it from its beginning.
 */
export class Since {
  /** Oldest releases that have it, oldest line first. */
  public readonly oldest: readonly string[];
  private readonly versions: readonly Version[];

  /** @param releases the first release of each line that has it, oldest first */
  public constructor(
    /** Whose releases they are. */
    public readonly product: Product,
    ...releases: readonly [string, ...string[]]
  ) {
    this.oldest = releases;
    this.versions = releases.map((release) => Version.parseOf(product, release, 'Since'));
  }

  /** Whether a release has it. */
  public holds(release: Version): boolean {
    return this.versions.some((first, index) => {
      const isLast = index === this.versions.length - 1;
      return release.compare(first) >= 0 && (isLast || this.isSameLine(release, first));
    });
  }

  /** Teleport maintains major versions, the others minor ones. */
  private isSameLine(one: Version, other: Version): boolean {
    return one.major === other.major && (this.product === 'Teleport' || one.minor === other.minor);
  }

  /** For people: `1.28.7, 1.29.3 or newer`. */
  public toString(): string {
    return `${this.oldest.join(', ')} or newer`;
  }
}
