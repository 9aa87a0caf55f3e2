import { onceFor } from '../../../base/once-for';
import { check } from '../../check/check';
import type { Finding } from '../../check/finding';
import type { RuleSubject } from '../../check/rule-subject';
import { findRule, RULES } from '../../check/rules/all-rules';
import type { HealthSink } from '../health-check';
import type { LiveMesh } from '../live-mesh';

/** Rules on what breaks the next installation or the next node, and nothing that runs. */
const LATER: ReadonlySet<string> = new Set(['istio-hosting-gone']);

/** Resources that no rule reads: other checks do. */
const OF_NO_RULE: ReadonlySet<string> = new Set([
  ...['pods', 'events', 'nodes', 'leases.coordination.k8s.io', 'csinodes.storage.k8s.io'],
]);

/** Subjects of what the API server has looked at when it took the objects. */
const ADMITTED: ReadonlySet<RuleSubject> = new Set<RuleSubject>([
  ...(['Reading files', 'Fields and values', 'Kubernetes basics', 'Suppressions'] as const),
]);

/** What the checker's rules of some subjects find in the objects that run: the same rules that look at files. */
export function reportRules(mesh: LiveMesh, sink: HealthSink, subjects: readonly RuleSubject[]): void {
  const wanted = new Set<RuleSubject>(subjects);
  const findings = findingsOf(mesh).filter(({ rule }) => wanted.has(findRule(rule)?.subject as RuleSubject));
  // What is wrong with the source of a setting comes before those who differ from it.
  const ordered = [...findings.filter((one) => !isOfPods(one)), ...findings.filter(isOfPods)];
  sink.looked(mesh.manifests.all.length);
  for (const { subject, because } of mesh.snapshot.gaps) {
    const resource = /^objects\/(.+)$/.exec(subject)?.[1];
    // What the rules did not get to see they cannot find anything in.
    if (resource !== undefined && !OF_NO_RULE.has(resource)) sink.unseen(resource, because);
  }
  for (const { location, problem } of mesh.unreadable) sink.unseen(location.file, problem);
  for (const { rule, severity, resource, found, why, fix, source } of ordered) {
    const place = resource?.namespace === undefined ? resource?.name : `${resource.namespace}/${resource.name}`;
    sink.found({
      severity: LATER.has(rule) ? 'warning' : severity,
      found: resource === undefined ? found : `${resource.kind} ${place}: ${found}`,
      evidence: [`rule ${rule}`],
      cause: why,
      fix,
      source,
    });
  }
}

function isOfPods({ resource }: Finding): boolean {
  return /^(?:Deployment|StatefulSet|Pod|Job|CronJob)$/.test(resource?.kind ?? '');
}

function findingsOf(mesh: LiveMesh): readonly Finding[] {
  return onceFor(mesh, 'findings of rules', () =>
    check(mesh.manifests, {
      skip: RULES.filter(({ subject }) => ADMITTED.has(subject)).map(({ id }) => id),
      target: mesh.target,
    }),
  );
}
