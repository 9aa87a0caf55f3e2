import { load } from 'js-yaml';
import { MeshModel } from '../../../lib/access';
import { checkExpectations } from '../../../lib/analysis/expectations/check-expectations';
import { readExpectations } from '../../../lib/analysis/expectations/expectations';
import { groupEntries, type PairEntry } from '../../../lib/analysis/expectations/group-entries';
import { initialExpectations } from '../../../lib/analysis/expectations/initial-expectations';
import type { JsonValue } from '../../../lib/base/json';
import { deployment, meshConfig, namespace, policy, service } from '../access/objects';

const names = (count: number) => Array.from({ length: count }, (_, index) => `n/s${index}`);
const pairs = (count: number, rest = {}): readonly PairEntry[] =>
  names(count).flatMap((from) =>
    names(count)
      .filter((to) => to !== from)
      .map((to) => ({ from, to, rest })),
  );

test('a few pairs are listed one by one', () => {
  expect(groupEntries(pairs(3, { port: 80 }), () => true)).toEqual(
    pairs(3).map(({ from, to }) => ({ from, to, port: 80 })),
  );
});

test('callers with the same callees are one entry, those that call each other with themselves', () => {
  expect(groupEntries(pairs(8, { port: 80 }), () => true)).toEqual([{ from: names(8), to: names(8), port: 80 }]);
});

test('a caller that nobody calls is no callee of its own', () => {
  const entries = names(80).map((to) => ({ from: 'n/x', to, rest: {} }));

  expect(groupEntries(entries, () => true)).toEqual([{ from: 'n/x', to: [...names(80)].sort() }]);
});

test('a caller that may not call itself has an entry of its own', () => {
  const entries = groupEntries(pairs(8), ({ from }) => from !== 'n/s3');

  expect(entries).toEqual([
    { from: names(8).filter((name) => name !== 'n/s3'), to: names(8) },
    { from: 'n/s3', to: names(8).filter((name) => name !== 'n/s3') },
  ]);
});

test('what is about other requests stays apart, in the order it was given', () => {
  const other = { from: 'n/x', to: 'n/y', rest: { port: 90 } };
  const entries = groupEntries([other, ...pairs(8, { port: 80 }), { ...other, to: 'n/z' }], () => false);

  expect(entries[0]).toEqual({ from: 'n/x', to: 'n/y', port: 90 });
  expect(entries.at(-1)).toEqual({ from: 'n/x', to: 'n/z', port: 90 });
  expect(entries).toHaveLength(10);
});

function meshOf(count: number): MeshModel {
  const workloads = names(count).map((name) => name.slice(2));
  return MeshModel.from([
    meshConfig({ trustDomain: 'cluster.local' }),
    namespace('shop'),
    ...workloads.flatMap((name) => [deployment(name), service(name, [{ name: 'http', port: 80 }])]),
    ...workloads.map((name) =>
      policy(
        {
          rules: [{ from: [{ source: { namespaces: ['shop'] } }], to: [{ operation: { paths: [`/${name}`] } }] }],
        },
        { name },
      ),
    ),
  ]);
}

test('the table of a namespace whose workloads call each other grows with its workloads, not with their cube, and holds', () => {
  const [small, large] = [8, 16].map((count) => initialExpectations(meshOf(count)));
  const document = load(large ?? '') as JsonValue;

  expect((large ?? '').length / (small ?? '').length).toBeLessThan(5);
  const expectations = readExpectations(document);
  if ('problems' in expectations) throw new Error(JSON.stringify(expectations.problems));
  const results = checkExpectations(meshOf(16), expectations);
  expect(results.length).toBeGreaterThan(16 * 15 * 16);
  expect(results.filter(({ met }) => !met)).toEqual([]);
});
