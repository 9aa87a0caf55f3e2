import { REWRITE_PROBES_ANNOTATION } from '../../../../upstream/istio/pod-annotations';
import { whyNotInbound } from '../../../../upstream/istio/port-capture';
import { kubeletProbes, rewritesProbes } from '../../context/kubelet-probes';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';

const STRICT = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`;

const probed = (rewrite: string) =>
  stream(STRICT, deployment('catalogue', `annotations:\n  ${REWRITE_PROBES_ANNOTATION}: "${rewrite}"`, '')).replace(
    /( +)image: example.com\/catalogue:1.0.0\n/,
    '$&$1readinessProbe: {httpGet: {path: /health, port: 8080}}\n',
  );

/** Probes that a STRICT port refuses. */
export const PROBE_NOT_REWRITTEN_RULE = defineRule({
  id: 'probe-not-rewritten',
  subject: 'Mutual TLS',
  since: '0.1.0',
  severity: 'error',
  title: 'Probe of a port that only accepts mutual TLS',
  found: '{probe} uses port {port}, which is STRICT, and the rewriting of probes is off',
  why: 'The kubelet has no certificate of the mesh: the probe fails, and the pod never becomes ready or is restarted again and again.',
  fix: `remove ${REWRITE_PROBES_ANNOTATION}, or make the port PERMISSIVE`,
  source: 'istio/istio#41010, pkg/kube/inject/app_probe.go (ShouldRewriteAppHTTPProbers)',
  wrong: probed('false'),
  right: probed('true'),
  check(context, report) {
    for (const workload of context.workloads) {
      if (
        rewritesProbes(workload, context.injector) ||
        context.isInjected(workload) !== true ||
        context.proxyOf(workload).kind !== 'sidecar'
      )
        continue;
      for (const { kind, port, pointer } of kubeletProbes(workload)) {
        if (whyNotInbound(workload.annotations, context.injector.capture, port) !== undefined) continue;
        if (context.mtlsModes.modeOf(workload, port).mode !== 'STRICT') continue;
        report(workload.manifest, pointer, { probe: kind, port });
      }
    }
  },
});
