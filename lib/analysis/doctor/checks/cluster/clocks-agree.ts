import { addTo } from '../../../../base/add-to';
import { field, type JsonObject, type JsonValue, listAt, textAt } from '../../../../base/json';
import { COORDINATION_V1 } from '../../../../upstream/kubernetes/api-groups';
import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { LiveMesh, SampledProxy } from '../../live-mesh';
import { reportUnanswered, spanText, timeText } from '../each-certificate';

/** Teleport lets certificates begin so long before it makes them (gravitational/teleport issuer_service.go, calculateTTL). */
const BACKDATED = 60_000;

/** Differences that are reported, and those by which a new certificate is not valid yet on the node. */
const REPORTED = 20_000;
const BREAKS = 60_000;

/** A kubelet renews its lease every ten seconds, and asking for all objects may take a minute. */
const LEASE_LATE = 90_000;

/** Readings go on for so long after the objects were listed. */
const READING = 180_000;

/** A clock that differs from another: how much it is ahead, negative if it is behind, and what shows it. */
interface Difference {
  readonly ahead: number;
  readonly from: 'Teleport’s' | 'this machine’s';
  readonly evidence: string;
}

/** Whether clocks differ so that certificates and join tokens are refused. */
export const CLOCKS_AGREE_CHECK = defineCheck({
  id: 'clocks-agree',
  group: 'cluster',
  title: 'the clocks of the nodes, Teleport and this machine agree',
  looksAt:
    'the times at which kubelets renewed their leases, and at which proxies received a certificate that Teleport had just issued',
  needs: ['nodes', 'pods'],
  cause:
    'The clocks differ. Where a clock is wrong, certificates are not valid yet or have expired, and Teleport refuses tbot’s tokens.',
  fix: 'synchronize the clocks (NTP): chronyc tracking on the node',
  source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/issuer_service.go',
  fires: () =>
    exampleSnapshot({
      proxies: [exampleProxy('web'), exampleProxy('api', { secret: { updated: '2026-11-01T11:58:30Z' } })],
    }),
  quiet: () =>
    exampleSnapshot({
      objects: { 'leases.coordination.k8s.io': [lease('2026-11-01T12:09:51.000000Z')] },
      proxies: [exampleProxy('web'), exampleProxy('api', { chain: EXAMPLE_CERTIFICATES.api })],
    }),
  check(mesh, sink) {
    const gap = mesh.gap('objects/leases.coordination.k8s.io');
    if (gap !== undefined) sink.unseen('the leases of the nodes', gap.because);
    // How Teleport's clock is shows only in certificates.
    reportUnanswered(mesh, sink);
    const found = new Map<string, Difference>();
    for (const [node, times] of timesByNode(mesh)) {
      const seen = differencesOf(mesh, times);
      if (seen === undefined) {
        sink.unseen(`the clock of node ${node}`, 'its kubelet reports no time, and no proxy on it was queried');
        continue;
      }
      sink.looked();
      const [difference] = seen.sort((a, b) => Math.abs(b.ahead) - Math.abs(a.ahead));
      if (difference !== undefined) found.set(node, difference);
    }
    const all = [...found.values()];
    const here = all.filter(({ from }) => from === 'this machine’s');
    const spread = Math.max(...here.map(({ ahead }) => ahead)) - Math.min(...here.map(({ ahead }) => ahead));
    if (here.length > 1 && here.length === mesh.nodes.length && spread < REPORTED) {
      const [one] = here as [Difference];
      sink.found({
        severity: 'warning',
        found: `the clock of this machine is ${spanText(one.ahead)} ${one.ahead > 0 ? 'behind' : 'ahead of'} those of all ${here.length} nodes`,
        evidence: [one.evidence],
        cause: 'This machine’s clock is wrong, so the reported ages of certificates are wrong by the same amount.',
        fix: 'synchronize the clock of this machine (NTP)',
      });
      return;
    }
    for (const [node, { ahead, from, evidence }] of found) {
      sink.found({
        severity: Math.abs(ahead) < BREAKS ? 'warning' : 'error',
        found: `the clock of node ${node} is ${spanText(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} ${from}`,
        evidence: [evidence],
      });
    }
  },
});

/** What of a node says its time, found once for all nodes. */
interface NodeTimes {
  readonly isReady: boolean;
  readonly renewed: number | undefined;
  readonly heartbeat: number | undefined;
  readonly proxies: readonly SampledProxy[];
}

function timesByNode(mesh: LiveMesh): ReadonlyMap<string, NodeTimes> {
  const proxies = new Map<string, SampledProxy[]>();
  for (const proxy of mesh.proxies) if (proxy.certificates.chain.length > 0) addTo(proxies, proxy.pod.node, proxy);
  const renewed = new Map(
    mesh
      .objects('leases.coordination.k8s.io')
      .map((lease) => [textAt(lease, 'metadata', 'name') ?? '', timeOf(field(lease, 'spec', 'renewTime'))]),
  );
  return new Map(
    mesh.objects('nodes').map((node) => {
      const name = textAt(node, 'metadata', 'name') ?? '';
      const ready = listAt(node, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
      const times = {
        isReady: textAt(ready, 'status') === 'True',
        renewed: renewed.get(name),
        // Kubelets without leases write it here, but only every few minutes.
        heartbeat: timeOf(field(ready, 'lastHeartbeatTime')),
        proxies: proxies.get(name) ?? [],
      };
      return [name, times];
    }),
  );
}

/** The differences of a node's clock that can be seen; undefined if nothing of it says a time. */
function differencesOf(mesh: LiveMesh, { isReady, renewed, heartbeat, proxies }: NodeTimes): Difference[] | undefined {
  const last = renewed ?? heartbeat;
  if (proxies.length === 0 && last === undefined) return undefined;
  const differences: Difference[] = [];
  if (last !== undefined) {
    const evidence = `its kubelet wrote ${timeText(last)}, and this machine’s clock read ${timeText(mesh.now)}`;
    const isLate = renewed !== undefined && isReady && mesh.now - last > LEASE_LATE;
    if (last - mesh.now > REPORTED || isLate)
      differences.push({ ahead: last - mesh.now, from: 'this machine’s', evidence });
  }
  for (const { pod, certificates } of proxies) {
    const got = Date.parse(certificates.secret?.updated ?? '');
    const [certificate] = certificates.chain;
    if (certificate === undefined || Number.isNaN(got)) continue;
    const made = certificate.notBefore + BACKDATED;
    const evidence = `${pod.ref} received its certificate at ${timeText(got)}`;
    // One that comes late may be an old one sent again; one that came before it was made is a clock.
    if (mesh.usesWorkloadApi(pod) && got - made < -REPORTED) {
      const whole = `${evidence}, and Teleport issued it at ${timeText(made)}`;
      differences.push({ ahead: got - made, from: 'Teleport’s', evidence: whole });
    }
    if (got - mesh.now > READING) {
      const whole = `${evidence}, and this machine’s clock read ${timeText(mesh.now)}`;
      differences.push({ ahead: got - mesh.now, from: 'this machine’s', evidence: whole });
    }
  }
  return differences;
}

function timeOf(value: JsonValue | undefined): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function lease(renewTime: string): JsonObject {
  return {
    apiVersion: COORDINATION_V1,
    kind: 'Lease',
    metadata: { namespace: 'kube-node-lease', name: 'node-1' },
    spec: { renewTime, holderIdentity: 'node-1' },
  };
}
