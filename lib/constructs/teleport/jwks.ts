import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../../base/invalid-input-error';

/** The public members each kind of key must have: RFC 7518, section 6, and RFC 8037, section 2. */
const PUBLIC_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
  ['RSA', ['n', 'e']],
]);

/** Members that make a key private or secret, in the same places. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** What is kept of a key: whatever else stands in it is nothing that verifying needs, and might be a secret (RFC 7517, section 4). */
const KEPT_MEMBERS = ['kty', 'use', 'key_ops', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'];

const FETCH = 'kubectl get --raw /openid/v1/jwks';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The public keys that verify the ServiceAccount tokens of a Kubernetes cluster. They are not secret, but every cluster
 * has its own, and managed clusters rotate them.
 */
export class Jwks {
  /**
   * Reads the output of `kubectl get --raw /openid/v1/jwks`.
   *
   * Errors never repeat the input, because it may contain a private key.
   *
   * @throws InvalidInputError if the input is not JSON, has no keys, or has an incomplete, private or symmetric key
   */
  public static parse(text: string): Jwks {
    return new Jwks(readKeys('Jwks.parse', text));
  }

  /**
   * Reads a file with the output of `kubectl get --raw /openid/v1/jwks`.
   *
   * @param path relative to the working directory
   * @throws InvalidInputError if the file does not exist, or is not a public JWKS
   */
  public static fromFile(path: string): Jwks {
    return new Jwks(readKeys('Jwks.fromFile', readText(path), path));
  }

  private constructor(private readonly keys: readonly JsonObject[]) {}

  /**
   * Whether a token signed by a key of one set may be accepted by the other. The key ID does not count: it is only a name for the key.
   *
   * @internal
   */
  public sharesKeyWith(other: Jwks): boolean {
    const own = new Set(this.keys.map(keyMaterial));
    return other.keys.some((key) => own.has(keyMaterial(key)));
  }

  /** One line of JSON, which is the same for the same keys, whatever their order and format. */
  public toString(): string {
    const keys = this.keys.map((key) => JSON.stringify(Object.fromEntries(Object.entries(key).sort(byName))));
    return `{"keys":[${keys.sort().join(',')}]}`;
  }
}

/** What a signature is verified with. */
function keyMaterial(key: JsonObject): string {
  return JSON.stringify(['kty', ...(PUBLIC_MEMBERS.get(key.kty) ?? [])].map((member) => key[member]));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new InvalidInputError({
      where: 'Jwks.fromFile',
      problem: 'the file cannot be read',
      value: path,
      allowed: 'a file with the keys of the Kubernetes API server',
      fix: `create it with "${FETCH} > ${path}"`,
    });
  }
}

function readKeys(where: string, text: string, path?: string): readonly JsonObject[] {
  const refuse = (problem: string, fix = `use the unchanged output of "${FETCH}"`) =>
    new InvalidInputError({ where, problem, value: path, allowed: 'a JSON object whose "keys" are public keys', fix });

  const document = parseObject(text);
  if (document === undefined) {
    throw refuse('the JWKS is not a JSON object');
  }
  if (!Array.isArray(document.keys) || document.keys.length === 0) {
    throw refuse('the JWKS has no keys');
  }
  return document.keys.map((key: unknown, index) => {
    if (!isObject(key)) {
      throw refuse(`keys[${index}] is not an object`);
    }
    const secret = PRIVATE_MEMBERS.find((member) => Object.hasOwn(key, member));
    if (secret !== undefined) {
      const fix = `use the output of "${FETCH}", and rotate this key if it may have leaked`;
      throw refuse(`keys[${index}] contains the private member "${secret}"`, fix);
    }
    const required = PUBLIC_MEMBERS.get(key.kty);
    if (required === undefined) {
      throw refuse(`the "kty" of keys[${index}] is not one of ${[...PUBLIC_MEMBERS.keys()].join(', ')}`);
    }
    const missing = required.find((member) => !isBase64Url(key[member]));
    if (missing !== undefined) {
      throw refuse(`keys[${index}] has no base64url string in "${missing}"`);
    }
    return Object.fromEntries(
      KEPT_MEMBERS.filter((member) => Object.hasOwn(key, member)).map((member) => [member, key[member]]),
    );
  });
}

function isBase64Url(candidate: unknown): boolean {
  return typeof candidate === 'string' && /^[A-Za-z0-9_-]+$/.test(candidate);
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // The parser's own message quotes the text.
    return undefined;
  }
}

function isObject(candidate: unknown): candidate is JsonObject {
  return typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
