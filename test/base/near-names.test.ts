import { nearName, nearNames } from '../../lib/base/near-names';

const known = ['sock-shop/carts', 'sock-shop/carts-db', 'sock-shop/orders', 'test-app/test-app'];

test.each([
  ['sock-shop/cart', 'sock-shop/carts'],
  ['sock-shop/crats', 'sock-shop/carts'],
  ['shop/carts', 'sock-shop/carts'],
  // Two letters off is the limit, and the namespace beside it does not count against it.
  ['shop/cartsxy', 'sock-shop/carts'],
  ['sock-shop/cartsxyz', undefined],
  ['sock-shop/payment', undefined],
])('%s is near %s', (mistyped, expected) => {
  expect(nearNames(mistyped, known)[0]).toBe(expected);
});

test('of names equally near, the one whose namespace is near comes first, and then the first', () => {
  expect(nearNames('test/app', ['shop/app', 'tests/app', 'zoo/app', 'one/app'])).toEqual([
    'tests/app',
    'shop/app',
    'zoo/app',
    'one/app',
  ]);
});

describe('nearName', () => {
  const FIELDS = ['selector', 'matchLabels', 'principals', 'notPrincipals', 'mtls'];

  test.each([
    ['selectr', 'selector'],
    ['seelctor', 'selector'],
    ['match_labels', 'matchLabels'],
    ['MATCHLABELS', 'matchLabels'],
    ['principal', 'principals'],
    ['mlts', 'mtls'],
  ])('finds what %s was meant to be', (name, meant) => {
    expect(nearName(name, FIELDS)).toBe(meant);
  });

  test('takes half of a short name for another name', () => {
    expect(nearName('mtls', ['sts', 'gate'])).toBeUndefined();
  });

  test.each(['volumes', 'x', ''])('does not guess at %j', (name) => {
    expect(nearName(name, FIELDS)).toBeUndefined();
  });
});
