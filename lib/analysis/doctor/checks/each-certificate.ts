import { addTo } from '../../../base/add-to';
import type { HealthSink } from '../health-check';
import type { LiveMesh, SampledProxy } from '../live-mesh';
import type { LivePod } from '../live-pod';

type Report = Parameters<HealthSink['found']>[0];

/**
 * Checks the certificates of every queried proxy, and reports a fault once for each workload, because its pods share it.
 * Proxies that did not answer count as not checked.
 */
export function eachCertificate(
  mesh: LiveMesh,
  sink: HealthSink,
  problemOf: (proxy: SampledProxy, workload: string) => Report | undefined,
): void {
  reportUnanswered(mesh, sink);
  const found = new Map<string, { readonly report: Report; readonly pods: string[] }>();
  for (const proxy of mesh.proxies) {
    if (proxy.certificates.chain.length === 0) {
      // That it has none is another check's; that it cannot be read is everybody's.
      if (proxy.certificates.unreadable) sink.unseen(proxy.pod.ref, proxy.certificates.unreadable);
      continue;
    }
    sink.looked();
    const report = problemOf(proxy, proxy.pod.workload);
    if (report === undefined) continue;
    const one = found.get(report.found);
    if (one === undefined) found.set(report.found, { report, pods: [proxy.pod.ref] });
    else one.pods.push(proxy.pod.ref);
  }
  for (const { report, pods } of found.values()) {
    const where = pods.length === 1 ? `pod ${pods[0]}` : `${pods.length} pods, such as ${pods[0]}`;
    sink.found({ ...report, evidence: [...(report.evidence ?? []), where] });
  }
}

/** Reports the proxies that did not answer, each reason once. */
export function reportUnanswered(mesh: LiveMesh, sink: HealthSink): void {
  const byReason = new Map<string, string[]>();
  for (const { subject, because } of mesh.snapshot.gaps) {
    if (!subject.startsWith('proxies/')) continue;
    const ref = subject.slice('proxies/'.length);
    // A proxy that does not run cannot answer; that is reported where pods are looked at.
    if (mesh.pod(ref)?.isReady === false) continue;
    // kubectl repeats the name of the pod, and the reason is the same for all.
    addTo(byReason, because.replaceAll(ref.slice(ref.indexOf('/') + 1), '…'), ref);
  }
  for (const [because, refs] of byReason) {
    sink.unseen(refs.length === 1 ? `the proxy of ${refs[0]}` : `${refs.length} proxies, such as ${refs[0]}`, because);
  }
  const isRunning = ({ proxy, isReady }: LivePod) => proxy !== undefined && isReady;
  if (byReason.size === 0 && mesh.proxies.length === 0 && mesh.alivePods.some(isRunning)) {
    sink.unseen('the proxies', 'no proxy was queried');
  }
}

/** A time as text for people: to the second, in UTC. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A duration as text for people. */
export function spanText(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
