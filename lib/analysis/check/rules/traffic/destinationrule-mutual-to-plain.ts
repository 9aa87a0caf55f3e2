import { scalarTextsAt, textAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import { targetPort } from '../../../../model/cluster/service';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const destination = (mode: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: catalogue, namespace: shop}\nspec:\n  host: catalogue.shop.svc.cluster.local\n  trafficPolicy:\n    tls: {mode: ${mode}}\n`;
const CATALOGUE = stream(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
  deployment('catalogue', '', ''),
  service('catalogue', '{name: http, port: 80}'),
);

/** Mutual TLS of the mesh with a server that has no proxy. */
export const DESTINATIONRULE_MUTUAL_TO_PLAIN_RULE = defineRule({
  id: 'destinationrule-mutual-to-plain',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Mutual TLS with a server that does not support it',
  found: 'tls.mode for {host} is ISTIO_MUTUAL, and {because}',
  why: 'Clients begin a TLS handshake that the server does not answer: every request fails with 503.',
  fix: 'remove tls, so that clients use what the server supports, or give its pods a proxy',
  source:
    'istio/istio pilot/pkg/networking/core/cluster_tls.go; istio.io content/en/docs/ops/common-problems/network-issues',
  wrong: stream(CATALOGUE, destination('ISTIO_MUTUAL')),
  right: stream(CATALOGUE, destination('DISABLE')),
  check(context, report) {
    const mutual = context.tlsSettings.filter(({ mode }) => mode === 'ISTIO_MUTUAL');
    if (mutual.length === 0) return;
    const external = new Set(
      context.manifests
        .ofKind('ServiceEntry', ISTIO_NETWORKING)
        .filter(({ body }) => (textAt(body, 'spec', 'location') ?? 'MESH_EXTERNAL') === 'MESH_EXTERNAL')
        .flatMap(({ body }) => scalarTextsAt(body, 'spec', 'hosts')),
    );
    for (const { manifest, host, services, subset, pointer, isForPort } of mutual) {
      if (external.has(host)) {
        const because = 'its ServiceEntry declares it outside the mesh';
        report(manifest, `${pointer}/mode`, { host, because }, 'warning');
        continue;
      }
      // A wildcard is for many Services, of which some may be in the mesh.
      if (host.startsWith('*')) continue;
      const pods = services.flatMap(({ workloads }) => workloads.filter(({ labels }) => selects(subset, labels)));
      const reasons = pods.map((pod) => {
        const proxy = context.proxyOf(pod);
        if (proxy.kind === 'none') return `${pod.name} has no proxy: ${proxy.because}`;
        const ports = services.flatMap(({ ports: list }) => list.filter(({ port }) => isForPort(port)));
        const modes = ports.map((port) => context.mtlsModes.modeOf(pod, targetPort(port, pod) ?? 0).mode);
        const isPlain = proxy.kind === 'sidecar' && modes.length > 0 && modes.every((mode) => mode === 'DISABLE');
        return isPlain ? `mutual TLS is disabled for ${pod.name}` : undefined;
      });
      const [because] = reasons;
      if (because === undefined || reasons.includes(undefined)) continue;
      report(manifest, `${pointer}/mode`, { host, because });
    }
  },
});
