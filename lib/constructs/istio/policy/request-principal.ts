import { InvalidInputError } from '../../../base/invalid-input-error';

/**
 * The issuer and subject of a request's JSON Web Token, as `issuer/subject`.
 *
 * Istio splits that string at its last slash, so a subject with a slash (as in every SPIFFE ID) cannot be matched in
 * full: the rule would compare with a subject that no token has (istio/istio
 * pilot/pkg/security/authz/model/generator.go). For JWT-SVIDs use `JwtIssuer.callers`, which compares the claims.
 */
export class RequestPrincipal {
  /**
   * Exactly this subject of this issuer.
   *
   * @throws InvalidInputError if the subject contains a slash, or either string contains an asterisk
   */
  public static of(issuer: string, subject: string): RequestPrincipal {
    if (subject === '' || /[/*]/.test(subject)) {
      throw new InvalidInputError({
        where: 'RequestPrincipal.of',
        problem: 'Istio cannot match this subject: it splits issuer and subject at the last slash',
        value: subject,
        allowed: 'a subject without "/" or "*"',
        fix: 'for SPIFFE IDs, use JwtIssuer.callers, which compares the "sub" claim',
      });
    }
    return new RequestPrincipal(`${checkIssuer('RequestPrincipal.of', issuer)}/${subject}`);
  }

  /**
   * Any subject of this issuer.
   *
   * @throws InvalidInputError if the issuer is empty or contains an asterisk
   */
  public static anyOf(issuer: string): RequestPrincipal {
    return new RequestPrincipal(`${checkIssuer('RequestPrincipal.anyOf', issuer)}/*`);
  }

  /** Any valid token of any issuer that a RequestAuthentication names. */
  public static anyAuthenticated(): RequestPrincipal {
    return new RequestPrincipal('*');
  }

  private constructor(
    /** The text of the policy. */
    public readonly pattern: string,
  ) {}

  /** The text of the policy. */
  public toString(): string {
    return this.pattern;
  }
}

function checkIssuer(where: string, issuer: string): string {
  if (issuer === '' || issuer.includes('*')) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid issuer',
      value: issuer,
      allowed: 'the "iss" claim in full, without an asterisk',
    });
  }
  return issuer;
}
