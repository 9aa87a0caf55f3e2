import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportUnanswered } from '../each-certificate';

/** Whether the stream that brings the certificate is open (istio.io/docs/ops/configuration/telemetry/envoy-stats has it left out by default). */
const STREAM = /(?:^|\.)sds\.default\.control_plane\.connected_state$/;

/** Whether renewals can reach the proxies. */
export const SECRET_STREAMS_OPEN_CHECK = defineCheck({
  id: 'secret-streams-open',
  group: 'certificates',
  isSymptom: true,
  title: 'proxies are connected to tbot',
  looksAt: 'the state of each sampled proxy’s stream to tbot, where its statistics have it (observability.md)',
  needs: ['pods'],
  cause:
    'tbot on the node is down, or the stream between the two is broken: the proxy gets no renewal, and its certificate expires.',
  fix: 'kubectl -n teleport-system get pods -o wide; if the node’s tbot is ready, restart the pod',
  source: 'envoyproxy/envoy source/extensions/config_subscription/grpc/grpc_stream.h',
  fires: () => exampleSnapshot({ proxies: [exampleProxy('web', state(1)), exampleProxy('api', state(0))] }),
  quiet: () => exampleSnapshot({ proxies: [exampleProxy('web', state(1)), exampleProxy('api', state(1))] }),
  check(mesh, sink) {
    reportUnanswered(mesh, sink);
    for (const { pod, reading } of mesh.proxies) {
      const found = Object.entries(reading.stats).find(([name]) => STREAM.test(name));
      if (found === undefined || !mesh.usesWorkloadApi(pod)) continue;
      sink.looked();
      const [name, isOpen] = found;
      if (isOpen !== 0) continue;
      sink.found({
        severity: 'warning',
        found: `${pod.ref} is not connected to tbot`,
        evidence: [`${name}: 0`, `node ${pod.node}`],
      });
    }
  },
});

function state(open: number) {
  return { reading: { stats: { 'sds.default.control_plane.connected_state': open } } };
}
