import { decide } from '../../lib/analysis/access/ask';
import { MeshModel } from '../../lib/analysis/access/mesh-model';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, freshOutput } from './example-output';

const output = committedOutput('egress');
const model = MeshModel.from(readManifests(Object.entries(output).map(([file, text]) => ({ file, text }))).manifests);

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('egress'));
});

test.each([
  ['shop/orders', 'warehouse.db.example', 5432, 'reachable'],
  ['shop/web', 'warehouse.db.example', 5432, 'blocked'],
  ['shop/orders', 'api.payments.example', 443, 'reachable'],
  ['shop/web', 'api.payments.example', 443, 'blocked'],
  ['shop/web', 'api.weather.example', 80, 'reachable'],
  ['shop/orders', 'elsewhere.example', 443, 'blocked'],
])('%s → %s:%d is %s', (from, to, port, reach) => {
  expect(decide(model, { from, to, port })).toMatchObject({ egress: { reach } });
});
