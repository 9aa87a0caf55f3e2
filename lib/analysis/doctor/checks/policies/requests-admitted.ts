import { isSelective } from '../../../../model/policy/policy-attachment';
import { MeshModel } from '../../../access/mesh-model';
import type { EvaluatedPolicy } from '../../../policy/evaluated-policy';
import { EXAMPLE_POLICIES } from '../../examples/example-policies';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck, type HealthReport } from '../../health-check';
import { reportUnanswered } from '../each-certificate';

/** Why nobody may call a workload that has no policy of its own. */
const MISSING = 'The policy that allows its callers is missing, and the namespace denies by default.';

/** Whether workloads that are called allow any request. */
export const REQUESTS_ADMITTED_CHECK = defineCheck({
  id: 'requests-admitted',
  group: 'policies',
  title: 'no workload refuses all requests',
  looksAt:
    'the counters of allowed and denied requests of each sampled proxy, the AuthorizationPolicies that select its pod, and whether a Service selects it',
  needs: ['pods', 'authorizationpolicies.security.istio.io', 'services', 'deployments.apps'],
  cause: 'The policies do not allow the identities, ports, methods or paths of the callers.',
  fix: 'npx teleport-istio can <from> <to> <method> <path> dist/ shows which rule decides',
  source: 'istio/istio pilot/pkg/security/authz/builder',
  fires: () =>
    exampleSnapshot({
      objects: { 'authorizationpolicies.security.istio.io': [EXAMPLE_POLICIES.deny] },
      proxies: [
        exampleProxy('web'),
        exampleProxy('api', { reading: { stats: { 'http.inbound_0.0.0.0_8080;.rbac.denied': 3 } } }),
      ],
    }),
  quiet: () =>
    exampleSnapshot({
      proxies: [
        exampleProxy('web'),
        exampleProxy('api', {
          reading: {
            stats: { 'http.inbound_0.0.0.0_8080;.rbac.denied': 3, 'http.inbound_0.0.0.0_8080;.rbac.allowed': 9 },
          },
        }),
      ],
    }),
  check(mesh, sink) {
    reportUnanswered(mesh, sink);
    const model = MeshModel.from(mesh.manifests, { target: mesh.target });
    const workloads = new Map(model.workloads.map((workload) => [workload.ref, workload]));
    // What would be refused comes behind what was.
    const uncalled = new Map<string, HealthReport>();
    for (const { pod, reading } of mesh.proxies) {
      const sum = (kind: string) =>
        Object.entries(reading.stats).reduce(
          (all, [name, count]) => (name.endsWith(`rbac.${kind}`) ? all + count : all),
          0,
        );
      sink.looked();
      const denied = sum('denied');
      if (sum('allowed') > 0) continue;
      const workload = workloads.get(pod.workload);
      const policies = workload === undefined ? [] : model.policiesOf(workload);
      const allowing = policies.filter(({ action, dryRun }) => action === 'ALLOW' && !dryRun);
      const admitting = allowing.filter(({ ruleCount }) => ruleCount > 0);
      const evidence = [
        `its policies: ${policies.map(({ ref, action }) => `${action} ${ref}`).join(', ') || 'unknown'}`,
      ];
      if (denied === 0) {
        if (workload === undefined) continue;
        const isClosed = allowing.length > 0 && admitting.length === 0 && !policies.some(isForSome);
        if (!isClosed || model.cluster.servicesOf(workload).length === 0) continue;
        uncalled.set(pod.workload, {
          severity: 'warning',
          found: `${pod.workload} has a Service, and no policy allows any caller: every request is refused`,
          evidence,
          cause: MISSING,
          fix: 'apply dist/ again; if nothing is to call it, give it a policy without rules',
        });
        continue;
      }
      const what = denied === 1 ? 'the only request' : `all ${denied} requests`;
      const found = `${pod.workload} has refused ${what} since its proxy started`;
      if (workload === undefined || admitting.length > 0) sink.found({ severity: 'warning', found, evidence });
      else if (policies.some(isForSome)) {
        // Somebody wrote down that nobody may call it; a scan from anywhere fills its counter.
        sink.found({
          severity: 'warning',
          found: `${found}, and its own policy allows no caller`,
          evidence,
          cause:
            'Its policy has no rules: correct if nothing should call it (a scan also counts as requests), wrong otherwise.',
          fix: 'nothing, if nothing should call it; otherwise allow its callers, and apply the policies again',
        });
      } else {
        sink.found({
          found: `${found}, and no policy allows any caller`,
          evidence,
          cause: MISSING,
          fix: 'apply dist/ again; npx teleport-istio doctor --expect dist/ shows what is missing',
        });
      }
    }
    for (const report of uncalled.values()) sink.found(report);
  },
});

/** Whether a policy is for some workloads of its namespace, and not the one that closes all of them. */
function isForSome({ action, manifest }: EvaluatedPolicy): boolean {
  return action === 'ALLOW' && isSelective(manifest);
}
