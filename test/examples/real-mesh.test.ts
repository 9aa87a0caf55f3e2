import { decide } from '../../lib/analysis/access/ask';
import { MeshModel } from '../../lib/analysis/access/mesh-model';
import { OUTSIDE } from '../../lib/analysis/access/request';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, freshOutput } from './example-output';

const output = committedOutput('real-mesh');
const model = MeshModel.from(readManifests(Object.entries(output).map(([file, text]) => ({ file, text }))).manifests);
const verdict = (from: string, to: string, port: number, method: string, path: string) =>
  decide(model, { from, to, port, method, path }).verdict;

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('real-mesh'));
});

test.each([
  [OUTSIDE, 'shop/orders', 9090, 'GET', '/metrics', 'allowed'],
  [OUTSIDE, 'shop/orders', 9090, 'POST', '/metrics', 'denied'],
  [OUTSIDE, 'shop/orders', 80, 'GET', '/metrics', 'denied'],
  [OUTSIDE, 'shop/web', 80, 'GET', '/', 'denied'],
  ['shop/web', 'shop/orders', 80, 'POST', '/orders', 'allowed'],
  ['shop/nightly-report', 'shop/orders', 80, 'GET', '/orders', 'allowed'],
  ['shop/nightly-report', 'shop/orders', 80, 'POST', '/orders', 'denied'],
  ['shop/orders', 'shop/catalogue', 80, 'GET', '/products/1', 'allowed'],
  ['shop/orders', 'shop/invoices', 80, 'POST', '/invoices', 'allowed'],
  ['shop/web', 'shop/invoices', 80, 'POST', '/invoices', 'denied'],
  ['shop/invoices', 'shop/catalogue', 80, 'GET', '/products/1', 'allowed'],
])('%s → %s:%d %s %s is %s', (from, to, port, method, path, expected) => {
  expect(verdict(from, to, port, method, path)).toBe(expected);
});

test.each([
  ['api.payments.example', 443, true],
  ['warehouse.db.example', 5432, true],
  ['api.weather.example', 80, true],
  ['elsewhere.example', 443, false],
])('to %s:%d a workload may leave: %p', (to, port, may) => {
  expect(decide(model, { from: 'shop/web', to, port })).toMatchObject({
    egress: { reach: may ? 'reachable' : 'blocked' },
  });
});
