import { InvalidInputError } from '../../base/invalid-input-error';
import { DEFAULT_RELEASES } from './default-releases';
import type { Product } from './product';

/** A release of each product, for messages. */
const EXAMPLES: Readonly<Record<Product, string>> = {
  Istio: DEFAULT_RELEASES.istio,
  Kubernetes: DEFAULT_RELEASES.kubernetes,
  Teleport: DEFAULT_RELEASES.teleport,
  'SPIFFE CSI driver': DEFAULT_RELEASES.csiDriver,
};

/**
 * A release number that can be compared: `1.28`, `v1.28.10`, `18.6.4`.
 *
 * Omitted numbers count as zero, so `1.28` is the oldest 1.28 release.
 */
export class Version {
  /**
   * Reads `major.minor` or `major.minor.patch`, with or without a leading `v`; anything after the numbers
   * (`-distroless`, `+k3s1`) is ignored.
   *
   * @param where the place to name in messages
   * @throws InvalidInputError if the major or minor number is missing: `18` or `latest` is a floating tag, which does
   * not determine a release
   */
  public static parse(text: string, where = 'Version.parse'): Version {
    return Version.parseLike('1.2.3', text, where);
  }

  /**
   * The same for a release of a product, whose usual release is then the example of the message.
   *
   * @internal
   */
  public static parseOf(product: Product, text: string, where: string): Version {
    return Version.parseLike(EXAMPLES[product], text, where);
  }

  private static parseLike(example: string, text: string, where: string): Version {
    const version = Version.tryParse(text);
    if (version === undefined) {
      throw new InvalidInputError({
        where,
        problem: 'not a release number',
        value: text,
        allowed: `major.minor or major.minor.patch, such as "${example}"`,
        fix: 'write the full version instead of a floating tag',
      });
    }
    return version;
  }

  /** Like {@link Version.parse}, for text of unknown origin: undefined if it is not a release number. */
  public static tryParse(text: string): Version | undefined {
    const parts = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?![.\d])/.exec(text);
    return parts ? new Version(Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)) : undefined;
  }

  private constructor(
    /** First number. */
    public readonly major: number,
    /** Second number. */
    public readonly minor: number,
    /** Third number; 0 if it is not given. */
    public readonly patch: number,
  ) {}

  /** Whether this release is the given one or newer. */
  public atLeast(other: string): boolean {
    return this.compare(Version.parse(other)) >= 0;
  }

  /** Negative if this is older than the other, positive if newer, zero if the same. */
  public compare(other: Version): number {
    return this.major - other.major || this.minor - other.minor || this.patch - other.patch;
  }

  /** Whether this belongs to a minor release that is newer than the given one. */
  public isNewerLineThan(line: string): boolean {
    const other = Version.parse(line);
    return this.major > other.major || (this.major === other.major && this.minor > other.minor);
  }

  /** Major and minor number: `1.28`. */
  public get line(): string {
    return `${this.major}.${this.minor}`;
  }

  /** Always three numbers: `1.28.0`. */
  public toString(): string {
    return `${this.major}.${this.minor}.${this.patch}`;
  }
}
