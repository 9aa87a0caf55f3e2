import * as fc from 'fast-check';
import { SpiffeId } from '../../../lib/upstream/spiffe/spiffe-id';
import { SpiffeIdError } from '../../../lib/upstream/spiffe/spiffe-id-error';
import { TrustDomain } from '../../../lib/upstream/spiffe/trust-domain';

const trustDomain = TrustDomain.parse('example.org');

function refusal(make: () => unknown): SpiffeIdError {
  try {
    make();
  } catch (error) {
    if (error instanceof SpiffeIdError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('SpiffeId.parse', () => {
  test('splits an ID into trust domain and path', () => {
    const id = SpiffeId.parse('spiffe://example.org/ns/shop/sa/cart');
    expect(id.trustDomain.toString()).toBe('example.org');
    expect(id.path).toBe('/ns/shop/sa/cart');
    expect(id.toString()).toBe('spiffe://example.org/ns/shop/sa/cart');
  });

  test('accepts the ID of the trust domain itself, which has no path', () => {
    expect(SpiffeId.parse('spiffe://example.org').path).toBe('');
    expect(SpiffeId.parse('spiffe://example.org').toString()).toBe('spiffe://example.org');
  });

  test.each(['spiffe://example.org/A-z.0_9', 'spiffe://example.org/...', 'spiffe://example.org/.a/a..'])(
    'accepts %s: capitals, and dots that are not a whole segment',
    (text) => {
      expect(SpiffeId.parse(text).toString()).toBe(text);
    },
  );

  test.each([
    ['', 'lower-case scheme', ''],
    ['example.org/ns/a', 'lower-case scheme', 'example.org'],
    ['SPIFFE://example.org/a', 'lower-case scheme', 'SPIFFE://'],
    ['https://example.org/a', 'lower-case scheme', 'https://'],
    ['spiffe:/example.org/a', 'lower-case scheme', 'spiffe:'],
    ['spiffe://', 'empty', ''],
    ['spiffe:///a', 'empty', ''],
    ['spiffe://Example.org/a', 'must not have upper-case letters', 'E'],
    ['spiffe://example.org:443/a', 'must not have a user or a port', ':443'],
    ['spiffe://user@example.org/a', 'must not have a user or a port', 'user@'],
    ['spiffe://example.org?q', 'not allowed', '?'],
    ['spiffe://example.org/', 'or a trailing slash', '/'],
    ['spiffe://example.org/a/', 'or a trailing slash', '/a/'],
    ['spiffe://example.org/a//b', 'empty segment', '/a//b'],
    ['spiffe://example.org//a', 'empty segment', '//a'],
    ['spiffe://example.org/./a', 'dot segment', '.'],
    ['spiffe://example.org/a/..', 'dot segment', '..'],
    ['spiffe://example.org/a?q=1', 'must not have a query', '?'],
    ['spiffe://example.org/a#f', 'must not have a fragment', '#'],
    ['spiffe://example.org/a%20b', 'must not use percent-encoding', '%'],
    ['spiffe://example.org/a b', 'not allowed', ' '],
    ['spiffe://example.org/a:b', 'not allowed', ':'],
    ['spiffe://example.org/ä', 'not allowed', 'ä'],
    ['spiffe://example.org/a\n', 'not allowed', '\n'],
  ])('refuses %j: %s', (text, problem, offendingPart) => {
    const error = refusal(() => SpiffeId.parse(text));
    expect(error.problem).toContain(problem);
    expect(error.value).toBe(offendingPart);
    expect(error.where).toBe('SpiffeId.parse');
  });

  test('accepts 2048 bytes and refuses 2049', () => {
    const prefix = 'spiffe://example.org/';
    const longest = prefix + 'a'.repeat(2048 - prefix.length);
    expect(SpiffeId.parse(longest).toString()).toBe(longest);
    expect(refusal(() => SpiffeId.parse(`${longest}a`)).problem).toContain('2049 bytes');
  });

  test('accepts a trust domain of 255 bytes and refuses 256', () => {
    expect(SpiffeId.parse(`spiffe://${'a'.repeat(255)}/x`).path).toBe('/x');
    expect(refusal(() => SpiffeId.parse(`spiffe://${'a'.repeat(256)}/x`)).problem).toContain('256 bytes');
  });

  test('accepts exactly the grammar of the SPIFFE standard, and gives back what it read', () => {
    const segment = fc.string({ unit: fc.constantFrom(...'aZ09.-_/%?# ä') });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
        const text = ['spiffe://example.org', ...segments].join('/');
        const legal = segments
          .join('/')
          .split('/')
          .every((s) => /^[a-zA-Z0-9._-]+$/.test(s) && s !== '.' && s !== '..');
        if (segments.length === 0 || legal) expect(SpiffeId.parse(text).toString()).toBe(text);
        else expect(() => SpiffeId.parse(text)).toThrow(SpiffeIdError);
      }),
    );
  });
});

describe('SpiffeId.forWorkload', () => {
  test('makes the path that istiod expects of a ServiceAccount', () => {
    const id = SpiffeId.forWorkload({ trustDomain, namespace: 'sock-shop', serviceAccount: 'front-end' });
    expect(id.toString()).toBe('spiffe://example.org/ns/sock-shop/sa/front-end');
    expect(id.equals(SpiffeId.parse(id.toString()))).toBe(true);
  });

  test.each([
    ['', 'cart'],
    ['shop', ''],
    ['shop/sa', 'cart'],
    ['shop', 'a/b'],
    ['..', 'cart'],
    ['shop', 'a b'],
    ['shop', '*'],
    ['shop', 'a'.repeat(2048)],
  ])('refuses namespace %j with ServiceAccount %j', (namespace, serviceAccount) => {
    const error = refusal(() => SpiffeId.forWorkload({ trustDomain, namespace, serviceAccount }));
    expect(error.where).toBe('SpiffeId.forWorkload');
  });
});

test('the principal is the ID without its scheme, as Istio takes it', () => {
  expect(SpiffeId.parse('spiffe://example.org/ns/a/sa/b').principal).toBe('example.org/ns/a/sa/b');
});

test('two IDs are equal when trust domain and path are', () => {
  const id = SpiffeId.parse('spiffe://example.org/a');
  expect(id.equals(SpiffeId.parse('spiffe://example.org/a'))).toBe(true);
  expect(id.equals(SpiffeId.parse('spiffe://example.org/A'))).toBe(false);
  expect(id.equals(SpiffeId.parse('spiffe://example.com/a'))).toBe(false);
});
