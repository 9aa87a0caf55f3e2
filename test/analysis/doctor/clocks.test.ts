import { CLOCKS_AGREE_CHECK } from '../../../lib/analysis/doctor/checks/cluster/clocks-agree';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import {
  type ExampleChanges,
  exampleProxy,
  exampleSnapshot,
} from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { JsonObject } from '../../../lib/base/json';

/** It is 12:10:00 where doctor runs; certificates were made at 12:01:00. */
const look = (changes: ExampleChanges) =>
  diagnose(exampleSnapshot(changes), { checks: [CLOCKS_AGREE_CHECK] }).outcomes[0];
const found = (changes: ExampleChanges) => look(changes)?.findings.map(({ severity, found: text }) => [severity, text]);

const lease = (name: string, renewTime: string): JsonObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'kube-node-lease', name },
  spec: { renewTime },
});
const node = (name: string, lastHeartbeatTime?: string, status = 'True'): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status, ...(lastHeartbeatTime && { lastHeartbeatTime }) }] },
});
const cluster = (nodes: readonly JsonObject[], leases: readonly JsonObject[]) => ({
  proxies: [],
  objects: { nodes, 'leases.coordination.k8s.io': leases },
});
const got = (updated: string) => ({ proxies: [exampleProxy('web', { secret: { updated } })] });

test.each([
  [
    'a minute and a half before it was made',
    '11:59:30',
    [['error', 'the clock of node node-1 is 90 s behind Teleport’s']],
  ],
  ['half a minute before', '12:00:30', [['warning', 'the clock of node node-1 is 30 s behind Teleport’s']]],
  ['ten seconds before, as clocks are', '12:00:50', []],
  ['at once', '12:01:00', []],
  ['nine minutes later, as it was sent again', '12:10:00', []],
  ['in the future', '12:15:00', [['error', 'the clock of node node-1 is 300 s ahead of this machine’s']]],
])('a certificate that a proxy says it got %s', (_, time, expected) => {
  const seconds = (findings: typeof expected | undefined) =>
    findings?.map(([a, text]) => [a, text?.replace('5 min', '300 s')]);

  expect(seconds(found(got(`2026-11-01T${time}Z`)) as typeof expected)).toEqual(expected);
});

test.each([
  ['ten seconds ago', '12:09:50', []],
  ['a minute ago, as listing took so long', '12:09:00', []],
  ['five minutes ago by its clock', '12:05:00', [['error', 'the clock of node node-1 is 5 min behind this machine’s']]],
  ['in half a minute', '12:10:30', [['warning', 'the clock of node node-1 is 30 s ahead of this machine’s']]],
])('a lease that was renewed %s', (_, time, expected) => {
  expect(found(cluster([node('node-1')], [lease('node-1', `2026-11-01T${time}.000000Z`)]))).toEqual(expected);
});

test('a node that is not ready does not renew its lease, whatever its clock', () => {
  expect(
    found(cluster([node('node-1', undefined, 'Unknown')], [lease('node-1', '2026-11-01T11:00:00.000000Z')])),
  ).toEqual([]);
});

test('a condition that is not written often says only that a clock is ahead', () => {
  expect(found(cluster([node('node-1', '2026-11-01T12:00:00Z')], []))).toEqual([]);
  expect(found(cluster([node('node-1', '2026-11-01T12:20:00Z')], []))).toHaveLength(1);
});

test('all nodes together differ from a machine whose own clock is wrong', () => {
  const names = ['a', 'b', 'c'];
  const times = names.map((name) => lease(name, '2026-11-01T12:30:00.000000Z'));

  expect(
    found(
      cluster(
        names.map((name) => node(name)),
        times,
      ),
    ),
  ).toEqual([['warning', 'the clock of this machine is 20 min behind those of all 3 nodes']]);
});

test('a node that says no time is not looked at', () => {
  expect(look(cluster([node('node-1')], []))?.unseen).toContainEqual({
    what: 'the clock of node node-1',
    because: 'its kubelet reports no time, and no proxy on it was queried',
  });
});

test('a certificate of istiod, which dates back otherwise, says nothing', () => {
  const pods = [examplePod('shop', 'web', { proxy: true, spec: { volumes: [] } })];

  expect(found({ ...got('2026-11-01T11:59:30Z'), objects: { pods } })).toEqual([]);
});
