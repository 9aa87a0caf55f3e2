import { field, isObject, type JsonValue } from '../../../../base/json';
import type { Container, Workload } from '../../../../model/cluster/workload';
import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { REWRITE_PROBES_ANNOTATION } from '../../../../upstream/istio/pod-annotations';
import { whyNotInbound } from '../../../../upstream/istio/port-capture';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];

const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

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

/** The port that the kubelet asks by HTTP or gRPC; a TCP probe is content with a connection, which every proxy accepts. */
function probedPort(probe: JsonValue | undefined, { ports }: Workload): number | undefined {
  const port = field(probe, 'httpGet', 'port') ?? field(probe, 'grpc', 'port');
  return typeof port === 'string'
    ? ports.find(({ name }) => name === port)?.port
    : typeof port === 'number'
      ? port
      : undefined;
}

/** Probes of application containers; the injector has the proxy's own. */
function probesOf(workload: Workload) {
  return [...workload.containers, ...workload.initContainers].filter(isOfApplication).flatMap(({ body, pointer }) =>
    PROBES.flatMap((kind) => {
      const port = isObject(body[kind]) ? probedPort(body[kind], workload) : undefined;
      return port === undefined ? [] : [{ kind, port, pointer: `${pointer}/${kind}` }];
    }),
  );
}

function isOfApplication({ name }: Container): boolean {
  return name !== PROXY_CONTAINER;
}

/** Probes that a STRICT port refuses. */
export const PROBE_NOT_REWRITTEN_RULE = defineRule({
  id: 'probe-not-rewritten',
  subject: 'Mutual TLS',
  since: '0.1.0',
  severity: 'error',
  title: 'Probe of a port that only accepts mutual TLS',
  found: '{probe} asks port {port}, which is STRICT, and the rewriting of probes is off',
  why: 'The kubelet has no certificate of the mesh: the probe fails, and the pod never becomes ready or is started again and again.',
  fix: `remove ${REWRITE_PROBES_ANNOTATION}, or make the port PERMISSIVE`,
  source: 'istio/istio#41010, pkg/kube/inject/app_probe.go (ShouldRewriteAppHTTPProbers)',
  wrong: probed('false'),
  right: probed('true'),
  check(context, report) {
    for (const workload of context.workloads) {
      const own = workload.annotations[REWRITE_PROBES_ANNOTATION] ?? '';
      const rewrites = FALSE.has(own) ? false : TRUE.has(own) || context.injector.rewritesProbes;
      if (rewrites || context.isInjected(workload) !== true || context.proxyOf(workload).kind !== 'sidecar') continue;
      for (const { kind, port, pointer } of probesOf(workload)) {
        if (whyNotInbound(workload.annotations, context.injector.capture, port) !== undefined) continue;
        if (context.mtlsModes.modeOf(workload, port).mode !== 'STRICT') continue;
        report(workload.manifest, pointer, { probe: kind, port });
      }
    }
  },
});
