import { decide } from '../../lib/analysis/access/ask';
import { MeshModel } from '../../lib/analysis/access/mesh-model';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, freshOutput } from './example-output';

const output = committedOutput('partner');
const model = MeshModel.from(readManifests(Object.entries(output).map(([file, text]) => ({ file, text }))).manifests);

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('partner'));
});

test.each([
  ['spiffe://partner.example/ns/billing/sa/sync', 'allowed'],
  ['spiffe://partner.example/ns/billing/sa/other', 'denied'],
])('%s at the gateway is %s', (from, expected) => {
  const request = { from, to: 'istio-system/istio-ingressgateway', port: 443, host: 'orders.example.com' };
  expect(decide(model, { ...request, method: 'GET', path: '/orders/1' }).verdict).toBe(expected);
});
