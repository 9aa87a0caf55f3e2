import { InvalidInputError } from '../../../base/invalid-input-error';

/**
 * How Istio normalizes a request path before policies are evaluated (`meshConfig.pathNormalization`).
 *
 * Proxy and application must interpret paths in the same way, or `/x/../admin` bypasses a rule on `/admin`.
 */
export class PathNormalization {
  /** Istio's default, currently the same as `BASE`: resolves dot segments and backslashes (RFC 3986). */
  public static readonly DEFAULT = new PathNormalization('DEFAULT');
  /** Resolves dot segments and backslashes. */
  public static readonly BASE = new PathNormalization('BASE');
  /** Also merges slashes: for applications that treat `//admin` as `/admin`. */
  public static readonly MERGE_SLASHES = new PathNormalization('MERGE_SLASHES');
  /** Also decodes `%2F` and `%5C`: for applications that decode paths before routing. */
  public static readonly DECODE_AND_MERGE_SLASHES = new PathNormalization('DECODE_AND_MERGE_SLASHES');

  /**
   * Leaves paths as clients send them, **so that every rule on paths can be bypassed** (`/a/../admin`, `//admin`).
   *
   * @param because why this is acceptable; it is printed at every synthesis
   * @throws InvalidInputError if no reason is given
   */
  public static bypassableNone(because: string): PathNormalization {
    if (because.trim() === '') {
      throw new InvalidInputError({
        where: 'PathNormalization.bypassableNone',
        problem: 'no reason is given for allowing every path rule to be bypassed',
        allowed: 'a sentence that says why this is acceptable',
        fix: 'use PathNormalization.DEFAULT',
      });
    }
    return new PathNormalization('NONE', because);
  }

  private constructor(
    /** The value in Istio's configuration. */
    public readonly mode: 'DEFAULT' | 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES',
    /** Why paths are not normalized; undefined if they are. */
    public readonly because?: string,
  ) {}
}
