import { callsTable } from '../../../lib/analysis/page/calls-table';

const row = { caller: 'shop/web', callee: 'shop/api:80', conditions: [], transport: 'mTLS', from: 0, to: 1, also: [] };

test('a policy whose rules stand in one file names that file once, with every line', () => {
  const policies = ['shop/api (a.yaml:3)', 'shop/api (b.yaml:9)', 'shop/api (a.yaml:12)', 'shop/odd (name'];

  expect(callsTable([{ ...row, policies }], 'Calls')).toContain(
    '<div>shop/api (a.yaml:3, 12)</div><div>shop/api (b.yaml:9)</div><div>shop/odd (name</div>',
  );
});
