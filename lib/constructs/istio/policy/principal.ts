import { checkNamespace } from '../../../upstream/kubernetes/names';
import type { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';

/**
 * The callers that an AuthorizationPolicy source matches: one identity, or all identities of a namespace or trust
 * domain.
 *
 * Created from values, because mistakes in such strings are silent: with the prefix `spiffe://`, with an asterisk in
 * the middle, or with a wildcard anywhere except in the last segment, a principal never matches, so a DENY policy has
 * no effect (istio/istio pilot/pkg/security/authz/matcher, pilot/pkg/security/trustdomain).
 */
export class Principal {
  /** Exactly this identity. */
  public static of(id: SpiffeId): Principal {
    return new Principal(id.principal);
  }

  /**
   * Every ServiceAccount of a namespace. The pattern has the five parts that Istio needs to apply trust-domain aliases.
   *
   * @throws InvalidInputError if the namespace is not valid
   */
  public static anyInNamespace(trustDomain: TrustDomain, namespace: string): Principal {
    checkNamespace('Principal.anyInNamespace', namespace);
    return new Principal(`${trustDomain}/ns/${namespace}/sa/*`);
  }

  /** Every identity of a trust domain. Istio does not extend this pattern to the trust domain's aliases. */
  public static anyInTrustDomain(trustDomain: TrustDomain): Principal {
    return new Principal(`${trustDomain}/*`);
  }

  /** Any caller that presents a certificate that the mesh trusts: all except plaintext callers. */
  public static anyAuthenticated(): Principal {
    return new Principal('*');
  }

  private constructor(
    /** The value in a policy: a SPIFFE ID without its scheme, possibly ending in an asterisk. */
    public readonly pattern: string,
  ) {}

  /** Whether both have the same value. */
  public equals(other: Principal): boolean {
    return this.pattern === other.pattern;
  }

  /** The text of the policy. */
  public toString(): string {
    return this.pattern;
  }
}
