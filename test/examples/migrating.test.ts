import { OUTSIDE } from '../../lib/access';
import { decide } from '../../lib/analysis/access/ask';
import { MeshModel } from '../../lib/analysis/access/mesh-model';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, freshOutput } from './example-output';

const output = committedOutput('migrating');
const model = MeshModel.from(readManifests(Object.entries(output).map(([file, text]) => ({ file, text }))).manifests);

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('migrating'));
});

test.each([
  ['legacy/stock-sync', 'shop/orders', 'DELETE', '/orders/1', 'allowed'],
  [OUTSIDE, 'shop/orders', 'GET', '/', 'allowed'],
  ['shop/web', 'shop/orders', 'POST', '/orders', 'allowed'],
  ['shop/web', 'shop/orders', 'DELETE', '/orders/1', 'denied'],
  ['billing/importer', 'shop/orders', 'GET', '/orders', 'denied'],
  ['billing/importer', 'billing/ledger', 'POST', '/entries', 'allowed'],
  ['legacy/stock-sync', 'billing/ledger', 'POST', '/entries', 'denied'],
])('%s → %s %s %s is %s', (from, to, method, path, expected) => {
  expect(decide(model, { from, to, port: 80, method, path }).verdict).toBe(expected);
});
