import { type JsonObject, type JsonValue, textAt } from '../../base/json';
import { type JwksKey, jwksKeys } from '../../model/teleport/jwks-keys';

/**
 * Whether a token's keys are those that a cluster signs ServiceAccount tokens with; why not, as a clause. Teleport finds the key
 * by its id and checks the signature with it, so both have to be the same.
 *
 * @param jwks the text of `static_jwks.jwks`
 * @param current what the API server says at `/openid/v1/jwks`
 */
export function compareKeys(jwks: string, current: JsonObject): string | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(jwks) as JsonValue;
  } catch {
    return 'its JWKS is not JSON; shell quoting may have damaged it';
  }
  const known = jwksKeys(value);
  const signing = jwksKeys(current);
  if (signing.length === 0) return 'the cluster’s JWKS has no readable key';
  const has = ({ kid, thumbprint }: JwksKey) => known.some((key) => key.thumbprint === thumbprint && key.kid === kid);
  const missing = signing.filter((key) => !has(key));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ kid }) => kid || 'without an id').join(', ');
  if (missing.length === signing.length) return `it lacks every key that the cluster signs with (${names})`;
  return `it lacks a key that the cluster has published (${names})`;
}

/** The JWKS in a token that joins by static keys; undefined for any other. */
export function staticKeys(token: JsonObject): string | undefined {
  return textAt(token, 'spec', 'kubernetes', 'static_jwks', 'jwks');
}
