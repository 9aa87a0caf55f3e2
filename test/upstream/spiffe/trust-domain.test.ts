import * as fc from 'fast-check';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { SpiffeIdError } from '../../../lib/upstream/spiffe/spiffe-id-error';
import { TrustDomain } from '../../../lib/upstream/spiffe/trust-domain';

function refusal(text: string): SpiffeIdError {
  try {
    TrustDomain.parse(text);
  } catch (error) {
    if (error instanceof SpiffeIdError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(text)}`);
}

describe('TrustDomain.parse', () => {
  test.each(['example.teleport.sh', 'a', 'cluster.local', 'prod_eu-1.example', '127.0.0.1', '-.-'])(
    'accepts %j as it stands',
    (text) => {
      expect(TrustDomain.parse(text).toString()).toBe(text);
    },
  );

  test('accepts 255 bytes and refuses 256', () => {
    expect(TrustDomain.parse('a'.repeat(255)).toString()).toHaveLength(255);
    expect(refusal('a'.repeat(256)).problem).toContain('256 bytes');
  });

  test.each([
    ['', 'empty', ''],
    ['spiffe://example.org', 'must not have a scheme', 'spiffe://'],
    ['https://example.org', 'must not have a scheme', 'https://'],
    ['example.org:443', 'must not have a user or a port', ':443'],
    ['user@example.org', 'must not have a user or a port', 'user@'],
    ['user:password@example.org:443', 'must not have a user or a port', 'user:password@'],
    ['Example.org', 'must not have upper-case letters', 'E'],
    ['example.org/', 'not allowed', '/'],
    ['example.org/ns', 'not allowed', '/'],
    ['example.org?a', 'not allowed', '?'],
    ['example.org#a', 'not allowed', '#'],
    ['ex%61mple.org', 'not allowed', '%'],
    ['example org', 'not allowed', ' '],
    ['example.org\n', 'not allowed', '\n'],
    ['exämple.org', 'not allowed', 'ä'],
    ['💥.org', 'not allowed', '💥'],
    ['[2001', 'not allowed', '['],
  ])('refuses %j: %s', (text, problem, offendingPart) => {
    const error = refusal(text);
    expect(error.problem).toContain(problem);
    expect(error.value).toBe(offendingPart);
  });

  test('names itself, what is allowed and the remedy', () => {
    const error = refusal('Example.org');
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.name).toBe('SpiffeIdError');
    expect(error.message).toBe(
      '[TrustDomain.parse] a trust domain must not have upper-case letters: "E". Allowed: lower-case letters, digits, ".", "-" and "_", ' +
        'at most 255 bytes, such as "example.teleport.sh". Fix: write "example.org".',
    );
  });

  test('accepts exactly the character set and the length of the SPIFFE standard', () => {
    const nearlyLegal = fc.string({ unit: fc.constantFrom(...'abz019.-_', 'A', ':', '/', '@', '%', 'ä', ' ', '\n') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearlyLegal), (text) => {
        const legal =
          text.length >= 1 &&
          text.length <= 255 &&
          [...text].every((c) => 'abcdefghijklmnopqrstuvwxyz0123456789.-_'.includes(c));
        if (legal) expect(TrustDomain.parse(text).toString()).toBe(text);
        else expect(() => TrustDomain.parse(text)).toThrow(SpiffeIdError);
      }),
    );
  });
});

test('two trust domains are equal when their texts are', () => {
  expect(TrustDomain.parse('a.example').equals(TrustDomain.parse('a.example'))).toBe(true);
  expect(TrustDomain.parse('a.example').equals(TrustDomain.parse('b.example'))).toBe(false);
});
