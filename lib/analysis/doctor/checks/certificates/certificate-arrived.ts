import { amountOf } from '../../../../base/amount-of';
import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { CONFIGURATION_MISSING } from '../../../../upstream/messages/proxy-messages';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck, type HealthReport } from '../../health-check';
import type { LiveMesh } from '../../live-mesh';
import type { LivePod } from '../../live-pod';
import { reportUnanswered } from '../each-certificate';
import { messageOf } from '../tbot-log';

/** A chain of several certificates comes of an issuer override. */
const OVERRIDDEN = {
  cause: 'With an issuer override, tbot serves chains of several certificates in a form that Envoy rejects.',
  fix: 'pin a newer tbot in the DaemonSet',
  source: 'gravitational/teleport#68853',
} as const;

/** Why Envoy rejects anything else only its log and that of tbot say. */
const REJECTED = {
  cause:
    'Envoy cannot use what tbot sends: with an issuer override, an older tbot serves chains of several certificates in a form that Envoy rejects.',
  fix: 'kubectl -n teleport-system logs daemonset/tbot has the reason behind “unable to apply previous discovery response”',
  source: 'gravitational/teleport#68853, lib/tbot/internal/sds/handler.go',
} as const;

/** Whether proxies have a certificate and roots at all, and took the last that came. */
export const CERTIFICATE_ARRIVED_CHECK = defineCheck({
  id: 'certificate-arrived',
  group: 'certificates',
  title: 'every proxy has its certificate and roots',
  looksAt:
    'the secrets of each sampled proxy, and the updates that it rejected, where its statistics count them (observability.md)',
  needs: ['pods'],
  cause: 'tbot has no identity for the pod, cannot attest it, or sends a certificate that Envoy rejects.',
  fix: 'kubectl -n teleport-system logs daemonset/tbot; tctl get workload_identity/istio-workloads',
  source: 'gravitational/teleport lib/tbot/internal/sds',
  fires: () => exampleSnapshot({ proxies: [exampleProxy('web'), exampleProxy('api', { reading: { secrets: [] } })] }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportUnanswered(mesh, sink);
    for (const { pod, reading, certificates } of mesh.proxies) {
      if (certificates.unreadable !== undefined) {
        sink.unseen(pod.ref, certificates.unreadable);
        continue;
      }
      sink.looked();
      const rejected = reading.secrets.find(({ error }) => error !== undefined);
      const refusals = Object.entries(reading.stats).find(
        ([name, count]) => /sds\..*update_rejected$/.test(name) && count > 0,
      );
      const counted = refusals === undefined ? [] : [`${refusals[0]}: ${refusals[1]}`];
      if (certificates.chain.length === 0) {
        const warming = reading.secrets
          .filter(({ state }) => state === 'warming')
          .map(({ name }) => `waits for ${name}`);
        sink.found({
          found: `${pod.ref} has no certificate`,
          evidence: [...warming, ...counted],
          ...(reading.secrets.length === 0 && whyNotRequested(mesh, pod)),
          ...(refusals !== undefined && REJECTED),
        });
      } else if (certificates.roots.length === 0) {
        sink.found({ found: `${pod.ref} trusts no root` });
      } else if (rejected !== undefined || refusals !== undefined) {
        const { length } = certificates.chain;
        sink.found({
          // Counters never go down: without an error that stands, it may have taken the next one.
          severity: rejected !== undefined || length > 1 ? 'error' : 'warning',
          found: `${pod.ref} rejected an SDS response`,
          evidence: [
            ...(rejected?.error === undefined ? counted : [rejected.error]),
            `its chain has ${amountOf(length, 'certificate')}`,
          ],
          ...(length > 1 ? OVERRIDDEN : REJECTED),
        });
      }
    }
  },
});

/** Envoy requests its certificate when istiod's configuration names it: without that, tbot was not even asked. */
function whyNotRequested(mesh: LiveMesh, pod: LivePod): Partial<HealthReport> {
  const last = mesh.logOf(pod, PROXY_CONTAINER, CONFIGURATION_MISSING.pattern).at(-1);
  return {
    evidence: ['it has not requested one', ...(last === undefined ? [] : [messageOf(last.line)])],
    cause:
      'A proxy requests its certificate when it has its configuration from istiod. It has none yet, cannot reach its istiod, or rejected the configuration.',
    fix: `kubectl -n ${pod.namespace} logs ${pod.name} -c ${PROXY_CONTAINER}; istioctl proxy-status`,
    source: CONFIGURATION_MISSING.source,
  };
}
