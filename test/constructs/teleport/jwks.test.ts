import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { Jwks } from '../../../lib/constructs/teleport/jwks';

const rsa = { use: 'sig', kty: 'RSA', kid: 'one', alg: 'RS256', n: 'sXchDaQ', e: 'AQAB' };
const ec = { kty: 'EC', kid: 'two', crv: 'P-256', x: 'f83OJ3D2xF4', y: 'x_FEzRu9m36' };

const parse = (...keys: unknown[]) => Jwks.parse(JSON.stringify({ keys }));

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof InvalidInputError) return JSON.stringify([error.message, error]);
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('Jwks', () => {
  test('is one line of JSON that keeps every member of every key', () => {
    const text = parse(rsa, ec).toString();
    expect(text).not.toMatch(/\s/);
    expect(JSON.parse(text).keys).toEqual(expect.arrayContaining([rsa, ec]));
    expect(JSON.parse(text).keys).toHaveLength(2);
  });

  test('keeps the members that verifying needs, and no other', () => {
    const key = { kty: 'RSA', kid: 'a', n: 'AQAB', e: 'AQAB', note: 'hunter2', 'x5t#S256': 'abc' };

    expect(Jwks.parse(JSON.stringify({ keys: [key] })).toString()).toBe(
      '{"keys":[{"e":"AQAB","kid":"a","kty":"RSA","n":"AQAB"}]}',
    );
  });

  test('is the same text for the same keys, whatever their order and layout', () => {
    const shuffled = `{ "keys": [ ${JSON.stringify(Object.fromEntries(Object.entries(ec).reverse()), null, 2)},\n ${JSON.stringify(rsa)} ] }\n`;
    expect(Jwks.parse(shuffled).toString()).toBe(parse(rsa, ec).toString());
  });

  test('takes real public keys of every kind', () => {
    for (const { publicKey } of [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ed25519'),
    ]) {
      const jwk = publicKey.export({ format: 'jwk' });
      expect(JSON.parse(parse(jwk).toString())).toEqual({ keys: [jwk] });
    }
  });

  test('refuses real private keys of every kind, without repeating any of them', () => {
    for (const { privateKey } of [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ed25519'),
    ]) {
      const jwk = privateKey.export({ format: 'jwk' });
      const message = messageOf(() => parse(rsa, jwk));
      expect(message).toContain('keys[1] contains the private member');
      expect(message).not.toContain(jwk.d);
    }
  });

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('refuses a key with the private member "%s"', (member) => {
    const message = messageOf(() => parse({ ...rsa, [member]: 'Tm90IGZvciB5b3U' }));
    expect(message).toContain(`private member \\"${member}\\"`);
    expect(message).not.toContain('Tm90IGZvciB5b3U');
  });

  test.each([
    ['nothing', '', 'not a JSON object'],
    ['text', 'c2VjcmV0', 'not a JSON object'],
    ['half a document', '{"keys":[', 'not a JSON object'],
    ['a list', '[]', 'not a JSON object'],
    ['null', 'null', 'not a JSON object'],
    ['another object', '{"kind":"Secret"}', 'has no keys'],
    ['no keys', '{"keys":[]}', 'has no keys'],
    ['keys that are no list', '{"keys":{"a":1}}', 'has no keys'],
    ['a key that is not an object', '{"keys":["c2VjcmV0"]}', 'keys[0] is not an object'],
    ['a key without a kind', '{"keys":[{"n":"AQ","e":"AQAB"}]}', 'of keys[0] is not one of'],
    ['a symmetric kind', '{"keys":[{"kty":"oct"}]}', 'of keys[0] is not one of'],
    ['a kind named like a method', '{"keys":[{"kty":"toString"}]}', 'of keys[0] is not one of'],
    ['an RSA key without exponent', '{"keys":[{"kty":"RSA","n":"AQ"}]}', '"e"'],
    ['an RSA key with a number', '{"keys":[{"kty":"RSA","n":"AQ","e":65537}]}', '"e"'],
    ['an EC key without y', '{"keys":[{"kty":"EC","crv":"P-256","x":"AQ"}]}', '"y"'],
    ['an OKP key without curve', '{"keys":[{"kty":"OKP","x":"AQ"}]}', '"crv"'],
    ['plain base64', '{"keys":[{"kty":"RSA","n":"AQ+/","e":"AQAB"}]}', '"n"'],
  ])('refuses %s', (_, text, problem) => {
    const make = () => Jwks.parse(text);
    expect(make).toThrow(InvalidInputError);
    expect(make).toThrow(/^\[Jwks\.parse\]/);
    expect(make).toThrow(problem);
    expect(messageOf(make)).not.toContain('c2VjcmV0');
  });
});

describe('Jwks.fromFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jwks-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('reads a file', () => {
    const path = join(folder, 'jwks.json');
    writeFileSync(path, JSON.stringify({ keys: [rsa] }));
    expect(Jwks.fromFile(path).toString()).toBe(parse(rsa).toString());
  });

  test('says how to make a file that is missing', () => {
    expect(() => Jwks.fromFile('no/such/jwks.json')).toThrow(
      'Fix: create it with "kubectl get --raw /openid/v1/jwks > no/such/jwks.json".',
    );
  });

  test('names the file whose contents are wrong', () => {
    const path = join(folder, 'wrong.json');
    writeFileSync(path, 'c2VjcmV0');
    expect(messageOf(() => Jwks.fromFile(path))).toContain('wrong.json');
    expect(messageOf(() => Jwks.fromFile(path))).not.toContain('c2VjcmV0');
  });
});
