import { InvalidInputError } from '../../../base/invalid-input-error';
import type { SpiffeId } from '../../../upstream/spiffe/spiffe-id';
import { PolicyCondition } from './policy-condition';
import { RequestPrincipal } from './request-principal';

/** Properties of an issuer of JSON Web Tokens. */
export interface JwtIssuerProps {
  /** The tokens' `iss` claim; Teleport's is `https://<proxy>/workload-identity`. */
  readonly issuer: string;
  /** Where istiod fetches the keys; Teleport's are at `<issuer>/jwt-jwks.json`. */
  readonly jwksUri: string;
  /**
   * Accepted audiences, one of which a token must have. Without this check, a token that was issued for any other
   * service is accepted here too, which the JWT-SVID standard forbids.
   */
  readonly audiences: readonly [string, ...string[]];
}

/**
 * An issuer whose JSON Web Tokens are accepted: for callers outside the mesh, which present a JWT-SVID and no
 * certificate.
 */
export class JwtIssuer {
  /**
   * Creates an issuer of tokens that requests carry.
   *
   * @throws InvalidInputError if the issuer or an audience is empty, or the URL of the keys does not use https
   */
  public static of(props: JwtIssuerProps): JwtIssuer {
    const where = 'JwtIssuer.of';
    if (props.issuer === '' || props.audiences.length === 0 || (props.audiences as readonly string[]).includes('')) {
      throw new InvalidInputError({
        where,
        problem: 'the issuer or an audience is empty',
        value: { issuer: props.issuer, audiences: props.audiences },
        allowed: 'the "iss" claim, and at least one audience',
      });
    }
    if (!/^https:\/\/[^\s/]+\//.test(props.jwksUri)) {
      throw new InvalidInputError({
        where,
        problem: 'the address of the keys is missing or does not use TLS',
        value: props.jwksUri,
        allowed: 'an https address such as "https://example.teleport.sh/workload-identity/jwt-jwks.json"',
      });
    }
    return new JwtIssuer(props.issuer, props.jwksUri, [...props.audiences]);
  }

  private constructor(
    /** `iss` of the tokens. */
    public readonly issuer: string,
    /** Where istiod fetches the keys from. */
    public readonly jwksUri: string,
    /** Values of `aud`, one of which a token must have. */
    public readonly audiences: readonly string[],
  ) {}

  /** Any caller with a valid token from this issuer. */
  public anyCaller(): RequestPrincipal {
    return RequestPrincipal.anyOf(this.issuer);
  }

  /**
   * Callers with a JWT-SVID from this issuer for one of these identities: the `when` part of a rule.
   *
   * This compares claims, because Istio cannot match a subject with slashes as a request principal, see {@link
   * RequestPrincipal}.
   */
  public callers(...ids: readonly [SpiffeId, ...SpiffeId[]]): readonly PolicyCondition<'token'>[] {
    return [
      PolicyCondition.claim('iss', { values: [this.issuer] }),
      PolicyCondition.claim('sub', { values: ids.map(String) }),
    ];
  }
}
