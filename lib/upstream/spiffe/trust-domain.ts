import { SpiffeIdError } from './spiffe-id-error';

/** SPIFFE-ID standard, section 2.1: the trust domain is at most 255 bytes. */
const MAX_BYTES = 255;

/**
 * The root of trust of a mesh: with Teleport it is the Teleport cluster name, and Istio's `meshConfig.trustDomain` must
 * have the same value.
 *
 * Follows the SPIFFE-ID standard (spiffe/spiffe standards/SPIFFE-ID.md): lower-case letters, digits, dots, dashes and
 * underscores, at most 255 bytes. Istio accepts only DNS labels, which a mesh checks when it is created.
 */
export class TrustDomain {
  /**
   * Reads a trust domain as written after `spiffe://`.
   *
   * @throws SpiffeIdError naming the part that is not allowed: a scheme, a port, an upper-case letter, a slash …
   */
  public static parse(text: string): TrustDomain {
    checkTrustDomain('TrustDomain.parse', text);
    return new TrustDomain(text);
  }

  private constructor(private readonly text: string) {}

  /** Whether both name the same trust domain; trust domains are compared byte by byte. */
  public equals(other: TrustDomain): boolean {
    return this.text === other.text;
  }

  /** The name without a scheme: `example.teleport.sh`. */
  public toString(): string {
    return this.text;
  }
}

/**
 * Refuses what is not a trust domain; shared with `SpiffeId.parse`, which names itself as the place.
 *
 * @internal
 */
export function checkTrustDomain(where: string, text: string): void {
  const allowed = 'lower-case letters, digits, ".", "-" and "_", at most 255 bytes, such as "example.teleport.sh"';
  const refuse = (problem: string, value: string, fix: string) =>
    new SpiffeIdError({ where, problem, value, allowed, fix });

  if (text === '') {
    throw refuse('the trust domain is empty', text, 'pass the Teleport cluster name');
  }
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text);
  if (scheme) {
    throw refuse('a trust domain must not have a scheme', scheme[0], `remove "${scheme[0]}"`);
  }
  const userOrPort = /^.*@|:.*$/s.exec(text);
  if (userOrPort) {
    throw refuse('a trust domain must not have a user or a port', userOrPort[0], 'pass only the cluster name');
  }
  const capital = /[A-Z]/.exec(text);
  if (capital) {
    throw refuse('a trust domain must not have upper-case letters', capital[0], `write "${text.toLowerCase()}"`);
  }
  const illegal = /[^a-z0-9._-]/u.exec(text);
  if (illegal) {
    throw refuse('the trust domain contains a character that is not allowed', illegal[0], 'pass only the cluster name');
  }
  // Only ASCII is left here, so characters are bytes.
  if (text.length > MAX_BYTES) {
    throw refuse(`the trust domain has ${text.length} bytes`, text.slice(MAX_BYTES), 'use a shorter cluster name');
  }
}
