import type { HealthSink } from '../health-check';
import type { LiveMesh } from '../live-mesh';
import type { TbotReading } from '../snapshot';

/** What the diagnostics of the tbots answered; reports those that were not asked or gave no answer. */
export function answersOfTbots(mesh: LiveMesh, sink: HealthSink): readonly TbotReading[] {
  const asked = new Set(mesh.snapshot.tbots.map(({ namespace, pod }) => `${namespace}/${pod}`));
  for (const { ref, role, isReady, diagnosticsPort } of mesh.alivePods) {
    if (role !== 'tbot' || !isReady || diagnosticsPort === undefined || asked.has(ref)) continue;
    sink.unseen(ref, 'it was not queried');
  }
  return mesh.snapshot.tbots.filter(({ namespace, pod, readyz }) => {
    if (readyz !== undefined) return true;
    // One that does not run cannot answer; that is reported where pods are looked at.
    if (mesh.pod(`${namespace}/${pod}`)?.isReady !== false) {
      sink.unseen(`${namespace}/${pod}`, mesh.gap(`tbots/${namespace}/${pod}`)?.because ?? 'it gave no answer');
    }
    return false;
  });
}
