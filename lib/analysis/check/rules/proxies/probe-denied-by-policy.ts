import { REWRITE_PROBES_ANNOTATION } from '../../../../upstream/istio/pod-annotations';
import { decidePort } from '../../../access/decide';
import { describeReason } from '../../../access/explain';
import { kubeletProbes, rewritesProbes } from '../../context/kubelet-probes';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';

const SHOP = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: catalogue, namespace: shop}
spec: {selector: {app: catalogue}, ports: [{name: http, port: 80, targetPort: 8080}]}
`;

const allowing = (rule: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop}
spec:
  selector: {matchLabels: {app: catalogue}}
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/front-end]}}]
${rule}`;

const probed = (rule: string) =>
  stream(
    SHOP,
    allowing(rule),
    deployment('catalogue', `annotations:\n  ${REWRITE_PROBES_ANNOTATION}: "false"`, '').replace(
      /( +)image: example.com\/catalogue:1.0.0\n/,
      '$&$1readinessProbe: {httpGet: {path: /health, port: 8080}}\n',
    ),
  );

/** Probes that get through the mTLS mode, and then not through the policies. */
export const PROBE_DENIED_BY_POLICY_RULE = defineRule({
  id: 'probe-denied-by-policy',
  subject: 'Mutual TLS',
  since: '0.1.0',
  severity: 'warning',
  title: 'Probe that a policy denies',
  found: '{probe} sends {method} {path} to port {port}, the rewriting of probes is off, and {reason}',
  why: 'The kubelet has no identity and no token: the proxy answers 403 or 401, and the pod never becomes ready or is restarted again and again.',
  fix: `remove ${REWRITE_PROBES_ANNOTATION}, or allow the probe’s path for every caller`,
  source: 'istio/istio pkg/kube/inject/app_probe.go (ShouldRewriteAppHTTPProbers)',
  wrong: probed(''),
  right: probed('    - to: [{operation: {methods: [GET], paths: [/health]}}]\n'),
  check(context, report) {
    for (const workload of context.workloads) {
      if (rewritesProbes(workload, context.injector) || context.isInjected(workload) !== true) continue;
      const ports = context.evaluator.portsOf(workload);
      for (const { kind, port, method, path, pointer } of kubeletProbes(workload)) {
        const asked = ports.find((one) => one.port === port);
        if (asked === undefined || asked.protocol === 'tcp') continue;
        const { verdict, reason, connection } = decidePort(context.evaluator, { kind: 'outside' }, asked, {
          method,
          path,
          claims: null,
        });
        if (verdict !== 'denied' || connection?.failure !== undefined) continue;
        report(workload.manifest, pointer, { probe: kind, method, path, port, reason: describeReason(reason) });
      }
    }
  },
});
