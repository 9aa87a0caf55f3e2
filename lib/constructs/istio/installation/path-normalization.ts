import { InvalidInputError } from '../../../base/invalid-input-error';

/**
 * What Istio makes of a request path before policies see it (`meshConfig.pathNormalization`).
 *
 * Proxy and application must agree on what a path means, or a rule on `/admin` is passed by `/x/../admin`.
 */
export class PathNormalization {
  /** Istio's own choice, today the same as `BASE`: resolves dot segments and backslashes (RFC 3986). */
  public static readonly DEFAULT = new PathNormalization('DEFAULT');
  /** Resolves dot segments and backslashes. */
  public static readonly BASE = new PathNormalization('BASE');
  /** Also merges slashes: for applications that take `//admin` for `/admin`. */
  public static readonly MERGE_SLASHES = new PathNormalization('MERGE_SLASHES');
  /** Also decodes `%2F` and `%5C`: for applications that decode before they route. */
  public static readonly DECODE_AND_MERGE_SLASHES = new PathNormalization('DECODE_AND_MERGE_SLASHES');

  /**
   * Leaves paths as clients send them, **so that every rule on paths can be bypassed** (`/a/../admin`, `//admin`).
   *
   * @param because why this mesh can live with that; a mesh repeats it whenever it is written
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
    /** Istio's word for it. */
    public readonly mode: 'DEFAULT' | 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES',
    /** Why paths are left alone; undefined unless they are. */
    public readonly because?: string,
  ) {}
}
