import { nearNames } from '../../lib/access/near-names';

const known = ['sock-shop/carts', 'sock-shop/carts-db', 'sock-shop/orders', 'test-app/test-app'];

test.each([
  ['sock-shop/cart', ['sock-shop/carts']],
  ['sock-shop/crats', ['sock-shop/carts']],
  ['shop/carts', ['sock-shop/carts']],
  ['sock-shop/payment', []],
])('%s is near %j', (mistyped, expected) => {
  expect(nearNames(mistyped, known).slice(0, 1)).toEqual(expected);
});
