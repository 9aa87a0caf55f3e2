import { listAt, objectAt } from '../../../../base/json';
import { MeshModel } from '../../../access/mesh-model';
import type { EvaluatedPolicy } from '../../../policy/evaluated-policy';
import { EXAMPLE_POLICIES } from '../../examples/example-policies';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportUnanswered } from '../each-certificate';

/** Whether workloads that are called let anything in. */
export const REQUESTS_ADMITTED_CHECK = defineCheck({
  id: 'requests-admitted',
  group: 'policies',
  title: 'no workload refuses all requests',
  looksAt:
    'the counters of allowed and denied requests of each sampled proxy, and the AuthorizationPolicies that select its pod',
  needs: ['pods', 'authorizationpolicies.security.istio.io'],
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
    for (const { pod, reading } of mesh.proxies) {
      const sum = (kind: string) =>
        Object.entries(reading.stats).reduce(
          (all, [name, count]) => (name.endsWith(`rbac.${kind}`) ? all + count : all),
          0,
        );
      sink.looked();
      const denied = sum('denied');
      if (denied === 0 || sum('allowed') > 0) continue;
      const model = MeshModel.from(mesh.manifests);
      const workload = model.workloads.find(({ ref }) => ref === pod.workload);
      const policies = workload === undefined ? [] : model.policiesOf(workload);
      const admitting = policies.filter(
        ({ action, dryRun, ruleCount }) => action === 'ALLOW' && !dryRun && ruleCount > 0,
      );
      const evidence = [
        `its policies: ${policies.map(({ ref, action }) => `${action} ${ref}`).join(', ') || 'unknown'}`,
      ];
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
          cause: 'The policy that allows its callers is missing, and the namespace denies by default.',
          fix: 'apply dist/ again; npx teleport-istio doctor --expect dist/ shows what is missing',
        });
      }
    }
  },
});

/** Whether a policy is for some workloads of its namespace, and not the one that closes all of them. */
function isForSome({ action, manifest: { body } }: EvaluatedPolicy): boolean {
  const isSelective = Object.keys(objectAt(body, 'spec', 'selector', 'matchLabels')).length > 0;
  return action === 'ALLOW' && (isSelective || listAt(body, 'spec', 'targetRefs').length > 0);
}
