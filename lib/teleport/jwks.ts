import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../errors';

/** The public members each kind of key must have: RFC 7518, section 6, and RFC 8037, section 2. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
  RSA: ['n', 'e'],
};

/** Members that make a key private or secret, in the same places. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const FETCH = 'kubectl get --raw /openid/v1/jwks';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The public keys a Kubernetes API server signs ServiceAccount tokens with. No secret, but every cluster has its own,
 * and managed clusters change them now and then.
 */
export class Jwks {
  /**
   * Reads the output of `kubectl get --raw /openid/v1/jwks`.
   *
   * No error repeats any of the text: it may hold a private key.
   *
   * @throws InvalidInputError if the text is no JSON, has no keys, or a key is incomplete, private or symmetric
   */
  public static parse(text: string): Jwks {
    return new Jwks(readKeys('Jwks.parse', text));
  }

  /**
   * Reads a file with the output of `kubectl get --raw /openid/v1/jwks`.
   *
   * @param path relative to the working directory
   * @throws InvalidInputError if there is no such file, or its contents are no public JWKS
   */
  public static fromFile(path: string): Jwks {
    return new Jwks(readKeys('Jwks.fromFile', readText(path), path));
  }

  private constructor(private readonly keys: readonly JsonObject[]) {}

  /** One line of JSON, the same for the same keys whatever their order and layout were. */
  public toString(): string {
    const keys = this.keys.map((key) => JSON.stringify(Object.fromEntries(Object.entries(key).sort(byName))));
    return `{"keys":[${keys.sort().join(',')}]}`;
  }
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
      fix: `make it with "${FETCH} > ${path}"`,
    });
  }
}

function readKeys(where: string, text: string, path?: string): readonly JsonObject[] {
  const refuse = (problem: string, fix = `use the unchanged output of "${FETCH}"`) =>
    new InvalidInputError({ where, problem, value: path, allowed: 'a JSON object whose "keys" are public keys', fix });

  const { keys } = parseObject(text) ?? refuseNow(refuse('the JWKS is not a JSON object'));
  if (!Array.isArray(keys) || keys.length === 0) {
    throw refuse('the JWKS has no keys');
  }
  return keys.map((key: unknown, index) => {
    if (!isObject(key)) {
      throw refuse(`keys[${index}] is not an object`);
    }
    const secret = PRIVATE_MEMBERS.filter((member) => Object.hasOwn(key, member));
    if (secret.length > 0) {
      const fix = `treat the key as leaked if this text was shared, and use the output of "${FETCH}" instead`;
      throw refuse(`keys[${index}] has the private member ${secret.map((member) => `"${member}"`).join(', ')}`, fix);
    }
    const required = typeof key.kty === 'string' && Object.hasOwn(PUBLIC_MEMBERS, key.kty) && PUBLIC_MEMBERS[key.kty];
    if (!required) {
      throw refuse(`keys[${index}] has no "kty" of ${Object.keys(PUBLIC_MEMBERS).join(', ')}`);
    }
    for (const member of required) {
      const content = key[member];
      if (typeof content !== 'string' || !/^[A-Za-z0-9_-]+$/.test(content)) {
        throw refuse(`keys[${index}] has no base64url text in "${member}"`);
      }
    }
    return key;
  });
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

function refuseNow(error: InvalidInputError): never {
  throw error;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
