import { checkNamespace } from '../../../upstream/kubernetes/names';
import type { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';

/**
 * Whom an AuthorizationPolicy source names: one identity, or a whole namespace or trust domain of them.
 *
 * Made from values, because the mistakes in such texts are silent: with `spiffe://` in front, with an asterisk inside, or with
 * a wildcard in another place than the last segment a principal just never matches, so that a DENY stays open
 * (istio/istio pilot/pkg/security/authz/matcher, pilot/pkg/security/trustdomain).
 */
export class Principal {
  /** Exactly this identity. */
  public static of(id: SpiffeId): Principal {
    return new Principal(id.principal);
  }

  /**
   * Every ServiceAccount of a namespace. The pattern has the five parts that Istio needs to apply trust-domain aliases.
   *
   * @throws InvalidInputError if the namespace is none
   */
  public static anyInNamespace(trustDomain: TrustDomain, namespace: string): Principal {
    checkNamespace('Principal.anyInNamespace', namespace);
    return new Principal(`${trustDomain}/ns/${namespace}/sa/*`);
  }

  /** Every identity of a trust domain. Istio does not extend this pattern to the trust domain's aliases. */
  public static anyInTrustDomain(trustDomain: TrustDomain): Principal {
    return new Principal(`${trustDomain}/*`);
  }

  /** Anybody who shows a certificate that the mesh trusts: everybody but plain-text callers. */
  public static anyAuthenticated(): Principal {
    return new Principal('*');
  }

  private constructor(
    /** The text of the policy: a SPIFFE ID without its scheme, possibly ending in an asterisk. */
    public readonly pattern: string,
  ) {}

  /** Whether both name the same callers in the same words. */
  public equals(other: Principal): boolean {
    return this.pattern === other.pattern;
  }

  /** The text of the policy. */
  public toString(): string {
    return this.pattern;
  }
}
