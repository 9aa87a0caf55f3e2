import { createHash } from 'node:crypto';
import { isObject, type JsonValue, listAt, textAt } from '../../base/json';

/** Members of a key that make it the key it is (RFC 7638), by its type. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'n'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
};

/** A public key of a JWKS: what tells it from others. */
export interface JwksKey {
  /** Its id, which a signature names; empty if it has none. */
  readonly kid: string;
  /** Hash of the key itself. */
  readonly thumbprint: string;
}

/** The keys of a JWKS; none if it is not one. */
export function jwksKeys(jwks: JsonValue | undefined): readonly JwksKey[] {
  return listAt(jwks, 'keys').flatMap((key) => {
    const type = textAt(key, 'kty') ?? '';
    const members = Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined;
    if (!isObject(key) || members === undefined) return [];
    const parts = members.map((member) => [member, textAt(key, member) ?? '']);
    return [
      { kid: textAt(key, 'kid') ?? '', thumbprint: createHash('sha256').update(JSON.stringify(parts)).digest('hex') },
    ];
  });
}
