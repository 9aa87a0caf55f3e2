import { amountOf } from '../../../../base/amount-of';
import { listAt, objectAt } from '../../../../base/json';
import type { Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import { whyNotInbound } from '../../../../upstream/istio/port-capture';
import { ISTIO_SECURITY } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';

const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop}
spec:
  selector: {matchLabels: {app: catalogue}}
  rules: [{from: [{source: {namespaces: [shop]}}]}]
`;

const namespace = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: ${labels}}\n`;

/** Every policy that a proxy would have to enforce, with the pods it is for. */
function policies(context: CheckContext): readonly (readonly [Manifest, readonly Workload[]])[] {
  const attached = [
    ...context.authorizationPolicies.map(({ manifest }) => manifest),
    ...context.manifests.ofKind('RequestAuthentication', ISTIO_SECURITY),
  ].filter(({ namespace: of }) => (of ?? 'default') !== context.rootNamespace);
  const strict = context.peerAuthentications.filter(
    (policy) => policy.namespace !== context.rootNamespace && policy.mode === 'STRICT',
  );
  return [
    ...attached.map((manifest) => [manifest, context.scopeOf(manifest)] as const),
    ...strict.map(
      (policy) => [policy.manifest, context.workloadIndex.select(policy.selector, policy.namespace)] as const,
    ),
  ];
}

/** Why no proxy stands before any port of a workload, as a clause; undefined if one does. */
function whyUnprotected(context: CheckContext, workload: Workload): string | undefined {
  const proxy = context.proxyOf(workload);
  if (proxy.kind === 'none') return proxy.because;
  if (proxy.kind !== 'sidecar') return undefined;
  const reasons = workload.ports.map(({ port }) => whyNotInbound(workload.annotations, context.injector.capture, port));
  return reasons.includes(undefined) ? undefined : reasons[0];
}

/** Policies for pods before which nothing stands that could enforce them. */
export const POLICIES_WITHOUT_PROXY_RULE = defineRule({
  id: 'policies-without-proxy',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'warning',
  title: 'Policy for pods without a proxy',
  found: 'no proxy enforces it for the {workloads} that it selects: of {workload}, {because}',
  why: 'Policies are enforced by proxies: these pods accept any request, in plain text, from anyone.',
  fix: 'label the namespace istio-injection: enabled, or remove the policy',
  source: 'istio/istio.io content/en/docs/reference/config/analysis/ist0102, pkg/kube/inject/inject.go',
  wrong: stream(namespace('{team: shop}'), deployment('catalogue', '', ''), POLICY),
  right: stream(namespace('{istio-injection: enabled}'), deployment('catalogue', '', ''), POLICY),
  check(context, report) {
    for (const [manifest, scope] of policies(context)) {
      const reasons = scope.map((workload) => whyUnprotected(context, workload));
      const [first] = scope;
      const [because] = reasons;
      if (first === undefined || because === undefined || reasons.includes(undefined)) continue;
      const spec = objectAt(manifest.body, 'spec');
      // What is for a gateway or a waypoint is not for the pods that have the same labels.
      if (spec.targetRef !== undefined || listAt(spec, 'targetRefs').length > 0) continue;
      report(manifest, '/spec', { workloads: amountOf(scope.length, 'workload'), workload: first.name, because });
    }
  },
});
