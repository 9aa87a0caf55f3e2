import { FleetModel } from '../../../lib/access';
import { compareFleets } from '../../../lib/analysis/fleet/compare-fleets';
import { notesOf, plainFleetChanges } from '../../../lib/analysis/fleet/render-fleet-changes';
import { add, destinationRule, entry, filesOf, installation, replace } from './three-clusters';

type Files = ReadonlyMap<string, string>;

const ALL = filesOf();
const without = (cluster: string): Files => new Map([...ALL].filter(([file]) => !file.startsWith(`${cluster}/`)));
const compare = (before: Files, after: Files) => compareFleets(FleetModel.from(before), FleetModel.from(after));
const lines = (found: ReturnType<typeof compare>) =>
  found.between.map(({ kind, from, to, port, because }) =>
    [kind, from, to, port.port, ...(because === undefined ? [] : [because])].join(' '),
  );

const WITHOUT_GATEWAY = filesOf({ 'us-1/mesh-policies.k8s.yaml': replace('AUTO_PASSTHROUGH', 'PASSTHROUGH') });

test('nothing differs between a fleet and itself', () => {
  const found = compare(ALL, ALL);
  expect(found.clusters.map(({ name, state, changes }) => [name, state, changes])).toEqual([
    ['eu-1', 'kept', []],
    ['us-1', 'kept', []],
    ['staging', 'kept', []],
  ]);
  expect(found).toMatchObject({ between: [], notEvaluated: [], isPartlyUnknown: false });
  expect(notesOf(found)).toEqual([]);
});

test('a policy of the callee changes what a caller of another cluster may do', () => {
  const after = filesOf({ 'us-1/shop-policies.k8s.yaml': replace('HEAD', 'DELETE') });
  const found = compare(ALL, after);
  expect(lines(found)).toEqual(['changed eu-1:own/reporter us-1:shop/carts 80']);
  expect(found.between[0]).toMatchObject({ added: [{ effect: 'if' }], removed: [{ effect: 'if' }] });
  // Within the cluster it is an identity that only the policies name.
  expect(found.clusters.find(({ name }) => name === 'us-1')?.changes).toHaveLength(1);
});

test('with a cluster everything in it comes and goes, and its calls from and to others', () => {
  const added = compare(without('us-1'), ALL);
  expect(added.clusters.map(({ name, state }) => [name, state])).toEqual([
    ['eu-1', 'kept'],
    ['us-1', 'added'],
    ['staging', 'kept'],
  ]);
  const inside = added.clusters.find(({ name }) => name === 'us-1')?.changes ?? [];
  expect(inside.map(({ kind, from, to }) => [kind, from, to])).toContainEqual(['opened', 'shop/web', 'shop/carts']);
  expect(new Set(inside.map(({ kind }) => kind))).toEqual(new Set(['opened']));
  expect(lines(added).sort()).toEqual([
    'opened eu-1:own/reporter us-1:shop/carts 80',
    'opened eu-1:shop/web us-1:shop/carts 80',
    'opened us-1:shop/web eu-1:shop/stats 80',
  ]);

  const removed = compare(ALL, without('us-1'));
  expect(removed.clusters.at(-1)).toMatchObject({ name: 'us-1', state: 'removed' });
  expect(new Set(removed.clusters.at(-1)?.changes.map(({ kind }) => kind))).toEqual(new Set(['closed']));
  expect(removed.between.map(({ kind }) => kind)).toEqual(['closed', 'closed', 'closed']);
});

test('a call that is no longer evaluated has not closed, and one that was not may have been open', () => {
  const lost = compare(ALL, WITHOUT_GATEWAY);
  expect(lines(lost)).toEqual([
    expect.stringMatching(/^unknown eu-1:own\/reporter us-1:shop\/carts 80 us-1 is on another network, and no Gateway/),
    expect.stringMatching(/^unknown eu-1:shop\/web us-1:shop\/carts 80 us-1 is on another network/),
  ]);
  expect(lost.isPartlyUnknown).toBe(true);
  expect(notesOf(lost)).toContainEqual(expect.stringMatching(/^not evaluated: eu-1 → us-1: us-1 is on another/));
  expect(compare(WITHOUT_GATEWAY, ALL).between.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
});

test('what was not evaluated and still is not, is no change, but is said', () => {
  const found = compare(WITHOUT_GATEWAY, WITHOUT_GATEWAY);
  expect(found).toMatchObject({ between: [], isPartlyUnknown: false });
  expect(notesOf(found)).toHaveLength(1);
});

test('of one call that is not evaluated, another policy for it is a change that is not known', () => {
  const rule = { 'eu-1/own.yaml': add(destinationRule({ tls: { mode: 'DISABLE' } })) };
  const before = filesOf(rule);
  const after = filesOf({ ...rule, 'us-1/shop-policies.k8s.yaml': replace('HEAD', 'DELETE') });
  expect(lines(compare(before, before))).toEqual([]);
  expect(lines(compare(before, after))).toEqual([
    expect.stringMatching(/^unknown eu-1:own\/reporter us-1:shop\/carts 80 DestinationRule shop\/added of eu-1/),
    expect.stringMatching(/^unknown eu-1:shop\/web us-1:shop\/carts 80 DestinationRule/),
  ]);
});

test('only the callers of a cluster whose certificates may not be trusted are not known', () => {
  const files = filesOf({
    'eu-1/own.k8s.yaml': (text) =>
      text.replaceAll(/inject\.istio\.io\/templates: .*/g, 'inject.istio.io/templates: sidecar'),
  });
  expect(lines(compare(ALL, files))).toEqual([
    expect.stringMatching(
      /^unknown eu-1:own\/reporter us-1:shop\/carts 80 the manifests do not state that own\/reporter/,
    ),
  ]);
});

test('a way that others take for granted is said where calls change', () => {
  const files = filesOf(installation('us-1', replace('network: us\n', 'network: eu\n')));
  const found = compare(ALL, files);
  expect(lines(found)).toEqual([
    expect.stringMatching(
      /^unknown eu-1:shop\/web us-1:shop\/db 80 DestinationRule shop\/db of us-1 applies to callers in us-1/,
    ),
  ]);
  expect(notesOf(found)).toContainEqual(expect.stringMatching(/^assumed: pods of eu-1 reach pods of us-1/));
});

test('a route at a gateway to a Service of another cluster may open something', () => {
  // With the identity of web, which may call carts.
  const { pods, gateway, route } = entry('carts', 'web');
  const before = filesOf({ 'eu-1/entry.yaml': add(pods, gateway) });
  const after = filesOf({ 'eu-1/entry.yaml': add(pods, gateway, route) });
  const found = compare(before, after);
  expect(found.between).toEqual([]);
  expect(found.isPartlyUnknown).toBe(true);
  expect(notesOf(found)).toContainEqual(
    expect.stringMatching(
      /^not evaluated: outside by Gateway eu-1:shop\/entry → us-1:shop\/carts: it routes carts\.example/,
    ),
  );
  expect(compare(after, after).isPartlyUnknown).toBe(false);
});

test('programs get the state of each cluster', () => {
  const { clusters, between } = plainFleetChanges(compare(without('us-1'), ALL));
  expect(clusters).toMatchObject({ 'eu-1': { state: 'kept' }, 'us-1': { state: 'added' } });
  expect(between).toMatchObject({ changes: [{}, {}, {}], notEvaluated: [] });
});
