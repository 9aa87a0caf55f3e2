import { sameQuantity } from '../../../lib/analysis/diff/quantity';

test.each([
  ['1000m', '1'],
  ['100m', '0.1'],
  [1, '1'],
  ['1024Mi', '1Gi'],
  ['1k', '1000'],
])('%j and %j are the same amount', (a, b) => {
  expect(sameQuantity(a, b)).toBe(true);
});

test.each([
  ['1G', '1Gi'],
  ['1m', '1M'],
  ['api', 'api'],
  ['10m0s', '600'],
  [undefined, undefined],
  [null, 0],
])('%j and %j are not', (a, b) => {
  expect(sameQuantity(a, b)).toBe(false);
});
