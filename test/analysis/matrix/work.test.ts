import { accessGraph, accessMatrix, compareAccess, initialExpectations, MeshModel } from '../../../lib/access';
import { Connector } from '../../../lib/analysis/access/connector';
import { CompiledRule } from '../../../lib/analysis/policy/compiled-rule';
import { deployment, meshConfig, namespace, policy, service } from '../access/objects';

/**
 * Work is counted, not timed. With twice the services there are four times the pairs, so what is done for each pair grows
 * four times; eight times would be work for each pair and each policy, or for each pair and each pod.
 */
const PER_PAIR = 4.6;

/** Each sample request of a table is held against all policies, so that grows eight times; sixteen would be for each workload too. */
const PER_SAMPLE = 8.6;

const BASE = [meshConfig({ trustDomain: 'cluster.local' }), namespace('shop')];

const names = (count: number) => Array.from({ length: count }, (_, index) => `service-${index}`);

/** Services of one release, each of which selects the pods of all of them. */
const sharedLabel = (count: number) => [
  ...BASE,
  ...names(count).flatMap((name) => [
    deployment(name, { labels: { release: 'one' } }),
    service(name, [{ name: 'http', port: 80 }], { spec: { selector: { release: 'one' } } }),
  ]),
];

/** Policies with paths, each of them for all workloads of the namespace. */
const namespaceWide = (count: number, suffix = '') => [
  ...BASE,
  ...names(count).flatMap((name) => [
    deployment(name),
    service(name, [{ name: 'http', port: 80 }]),
    policy({ rules: [{ to: [{ operation: { paths: [`/${name}${suffix}`], methods: ['GET', 'PUT'] } }] }] }, { name }),
  ]),
];

/** How often each is called. */
function counted(run: () => unknown): { readonly connections: number; readonly rules: number } {
  const connect = jest.spyOn(Connector.prototype, 'connect');
  const test = jest.spyOn(CompiledRule.prototype, 'test');
  try {
    run();
    return { connections: connect.mock.calls.length, rules: test.mock.calls.length };
  } finally {
    jest.restoreAllMocks();
  }
}

const model = (objects: readonly object[]) => MeshModel.from(objects);

test('Services that lead to the same pods are decided once for each caller and pod', () => {
  const [small, large] = [10, 20].map((count) => counted(() => accessMatrix(model(sharedLabel(count)))));

  expect(small?.connections).toBeGreaterThanOrEqual(10 * 10);
  expect((large?.connections ?? 0) / (small?.connections ?? 1)).toBeLessThan(PER_PAIR);
});

test.each<[string, (count: number) => unknown, number]>([
  ['the matrix', (count) => accessMatrix(model(namespaceWide(count))), PER_PAIR],
  ['the graph', (count) => accessGraph(model(namespaceWide(count))), PER_PAIR],
  ['a first table of expectations', (count) => initialExpectations(model(namespaceWide(count))), PER_SAMPLE],
  [
    'a comparison',
    (count) => compareAccess(model(namespaceWide(count)), model(namespaceWide(count, '-new'))),
    PER_PAIR,
  ],
])('%s holds the policies of a namespace against each caller once, not for each workload', (_, run, limit) => {
  const [small, large] = [10, 20].map((count) => counted(() => run(count)));

  expect(small?.rules).toBeGreaterThanOrEqual(10 * 10);
  expect((large?.rules ?? 0) / (small?.rules ?? 1)).toBeLessThan(limit);
});

test('pairs with the same policies share their conditions', () => {
  const { cells } = accessMatrix(model(namespaceWide(5)));
  const lists = new Set(cells.filter(({ from }) => from === 'shop/service-0').map(({ conditions }) => conditions));

  expect(lists.size).toBe(1);
});
