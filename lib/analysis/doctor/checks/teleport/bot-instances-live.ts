import { type JsonObject, textAt } from '../../../../base/json';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { EXAMPLE_TELEPORT } from '../../examples/example-teleport';
import { defineCheck } from '../../health-check';
import type { LivePod } from '../../live-pod';
import { BOT_INSTANCE } from '../../teleport-answers';
import { spanText } from '../each-certificate';

/** A tbot tells Teleport that it lives every half hour (gravitational/teleport lib/tbot/internal/heartbeat), and may be late once. */
const ALIVE = 65 * 60_000;

/** The first heartbeat of a tbot comes up to half a minute after its start. */
const STARTING = 3 * 60_000;

/** Whether Teleport knows of every tbot that runs. */
export const BOT_INSTANCES_LIVE_CHECK = defineCheck({
  id: 'bot-instances-live',
  group: 'teleport',
  isOptional: true,
  isSymptom: true,
  title: 'Teleport has a live bot instance for every tbot',
  looksAt: 'the bot instances that tctl lists, their last heartbeats, and the tbot pods that are ready',
  needs: ['teleport', 'pods'],
  cause:
    'There are fewer live bot instances than tbot pods: one has not joined, cannot reach Teleport, or joined another Teleport cluster. It no longer renews certificates.',
  fix: 'tctl get bot_instance; kubectl -n teleport-system logs daemonset/tbot',
  source: 'gravitational/teleport lib/tbot/internal/heartbeat',
  fires: () => exampleSnapshot({ teleport: withLastSeen('2026-11-01T09:00:00.000Z') }),
  quiet: () => exampleSnapshot({ teleport: EXAMPLE_TELEPORT }),
  check(mesh, sink) {
    const gap = mesh.gap(`teleport/${BOT_INSTANCE}`);
    if (gap !== undefined) return sink.unseen('the bot instances', gap.because);
    const instances = (mesh.snapshot.teleport ?? []).filter((one) => textAt(one, 'kind') === BOT_INSTANCE);
    const lastSeen = (one: JsonObject) => Date.parse(textAt(one, 'status', 'last_seen') ?? '');
    const live = instances.filter((one) => mesh.now - lastSeen(one) < ALIVE);
    const hosts = new Set(live.flatMap((one) => textAt(one, 'status', 'hostname') ?? []));
    const tbots = mesh.alivePods.filter(
      ({ role, isReady, created }) => role === 'tbot' && isReady && !(mesh.now - created < STARTING),
    );
    sink.looked(tbots.length);
    // Heartbeats name the host, which is the pod, or the node where the pod is in the node's network.
    const isKnown = ({ name, node }: LivePod) => hosts.has(name) || hosts.has(node);
    const missing = hosts.size > 0 ? tbots.filter((pod) => !isKnown(pod)) : tbots.slice(live.length);
    if (missing.length === 0) return;
    const newest = Math.max(...instances.map(lastSeen).filter((time) => !Number.isNaN(time)));
    const names = missing.slice(0, 3).map(({ ref }) => ref);
    sink.found({
      found: `${missing.length} of ${tbots.length} tbots have no live bot instance at Teleport`,
      evidence: [
        ...(hosts.size > 0 ? [`${names.join(', ')}${missing.length > 3 ? ', …' : ''}`] : []),
        `live instances: ${live.length} of ${instances.length}`,
        ...(Number.isFinite(newest) ? [`the last heartbeat was ${spanText(mesh.now - newest)} ago`] : []),
      ],
    });
  },
});

function withLastSeen(time: string): readonly JsonObject[] {
  return EXAMPLE_TELEPORT.map((one) =>
    textAt(one, 'kind') === BOT_INSTANCE ? { ...one, status: { last_seen: time, hostname: 'tbot-1' } } : one,
  );
}
