import { PROXY_CONTAINER } from '../../../upstream/istio/injection';
import type { HealthSink } from '../health-check';
import type { LiveMesh } from '../live-mesh';
import type { LivePod } from '../live-pod';

/** How many lines of a log are shown. */
const SHOWN = 2;

/** As much of a line as is worth a look. */
const LONGEST = 600;

/** A proxy without a certificate asks again and again, and so in any time of this length. */
const ASKS_AGAIN = 10_000;

/**
 * Since when a tbot that is wrong, or wrong about the pods it serves, must have said so again, in milliseconds; undefined if
 * nothing is wrong. What its log says of the time before is over: another fault may have been there.
 */
function troubleSince(mesh: LiveMesh, tbot: LivePod): number | undefined {
  if (!tbot.isReady) return 0;
  const served = (pod: LivePod) => pod.node === tbot.node && mesh.usesWorkloadApi(pod);
  const bad = [
    ...mesh
      .podsOn(tbot.node)
      .filter((pod) => mesh.usesWorkloadApi(pod) && !pod.isReady && pod.hasStarted(PROXY_CONTAINER)),
    ...mesh.proxies.flatMap(({ pod, certificates }) => (served(pod) && certificates.chain.length === 0 ? [pod] : [])),
  ];
  if (bad.length === 0) return undefined;
  return Math.min(Math.max(...bad.map(({ created }) => created || 0)), mesh.now - ASKS_AGAIN);
}

/** Whether a line is not older than a time, if it states its time. */
export function isSince(line: string, time: number): boolean {
  const said = timeOf(line);
  return Number.isNaN(said) || said >= time;
}

/** The time of a line, in milliseconds; NaN if it states none. */
export function timeOf(line: string): number {
  return Date.parse(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z/.exec(line)?.[0] ?? '');
}

/** Reports which logs of tbot should have been read and were not. */
export function reportUnreadTbotLogs(mesh: LiveMesh, sink: HealthSink): void {
  const pods = mesh.alivePods.filter(({ role }) => role === 'tbot');
  const isSaid = mesh.snapshot.gaps.some(({ subject }) => subject.startsWith('logs/'));
  if (pods.some(({ isReady }) => isReady) && !isSaid && !mesh.hasLogs('tbot')) {
    sink.unseen('the logs of tbot', 'none was read');
  }
  // Of many tbots some are read: what all do shows in those.
  for (const pod of pods) reportUnreadLog(mesh, sink, pod, pod.mainContainer);
}

/** Reports that a log was to be read and could not be; that there is none yet is no such thing. */
export function reportUnreadLog(mesh: LiveMesh, sink: HealthSink, pod: LivePod, container: string): void {
  const gap = mesh.gap(`logs/${pod.ref}/${container}`);
  if (gap !== undefined) sink.unseen(`the log of ${pod.ref}`, gap.because);
}

/** What lines of tbot's logs say, where something is wrong: one finding for each pod, with the last lines of it. */
export function reportTbotLog(
  mesh: LiveMesh,
  sink: HealthSink,
  pattern: RegExp,
  found: (pod: string, line: string) => Pick<Parameters<HealthSink['found']>[0], 'found' | 'cause' | 'fix' | 'source'>,
  isOver: (tbot: LivePod, line: string) => boolean = () => false,
): void {
  reportUnreadTbotLogs(mesh, sink);
  for (const pod of mesh.alivePods.filter(({ role }) => role === 'tbot')) {
    const log = mesh.snapshot.logs.find((one) => one.namespace === pod.namespace && one.pod === pod.name);
    if (log === undefined) continue;
    sink.looked();
    const since = troubleSince(mesh, pod);
    if (since === undefined) continue;
    const lines = log.text.split('\n').filter((line) => pattern.test(line) && isSince(line, since));
    const last = lines.at(-1);
    if (last === undefined || isOver(pod, last)) continue;
    sink.found({ ...found(pod.ref, last), evidence: lines.slice(-SHOWN).map(messageOf) });
  }
}

/** The message of a line, also of a JSON log; a truncated line is not valid JSON. */
export function messageOf(line: string): string {
  return (messageOfJson(line) ?? /"message":"((?:[^"\\]|\\.)*)/.exec(line)?.[1] ?? line)
    .replaceAll('\t', ' ')
    .slice(0, LONGEST);
}

function messageOfJson(line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { message?: unknown; error?: unknown };
    const parts = [entry.message, entry.error].filter((part) => typeof part === 'string');
    return parts.length > 0 ? parts.join(': ') : undefined;
  } catch {
    return undefined;
  }
}
