import { istioIdentityUri } from '../../../../upstream/spiffe/identity-uri';
import { type AllowedCall, allowedCalls } from '../../allowed-calls';
import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { LiveMesh, SampledProxy } from '../../live-mesh';
import { reportUnanswered, spanText } from '../each-certificate';

/** Workloads with something wrong of which all calls are looked at, where there are no more; calls that are named. */
const MOST_ENDS = 5;
const SHOWN = 5;

/** Whether calls that the policies allow can be made with the certificates that both ends really have. */
export const ALLOWED_CALLS_CONNECT_CHECK = defineCheck({
  id: 'allowed-calls-connect',
  group: 'certificates',
  isSymptom: true,
  title: 'calls that policies allow connect with the certificates of both ends',
  looksAt:
    'both ends of each call between sampled workloads that the policies in the cluster allow: identity, validity, and whether each end trusts the other’s issuer',
  needs: ['pods', 'authorizationpolicies.security.istio.io', 'services', 'deployments.apps'],
  cause:
    'One end does not have the certificate that the other expects, so the call fails although the policies allow it.',
  fix: 'npx teleport-istio can <from> <to> shows what is expected; the findings above show what is wrong with the certificate',
  source: 'istio/istio pilot/pkg/security/authn/utils/utils.go',
  fires: () =>
    exampleSnapshot({ proxies: [exampleProxy('web'), exampleProxy('api', { chain: EXAMPLE_CERTIFICATES.apiK8s })] }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportUnanswered(mesh, sink);
    if (mesh.proxies.length === 0) return;
    const complete = oneOfEach(mesh.proxies.filter(isComplete), ({ pod }) => pod.workload);
    // Between two ends with which nothing is wrong no call can fail, and of those there may be a million.
    const judges = oneOfEach(complete, (proxy) => mesh.rootsOf(proxy));
    const issued = oneOfEach(complete, ({ certificates }) => certificates.chain.at(-1)?.issuer ?? '');
    const suspects = complete.filter(
      (proxy) =>
        isOther(mesh, proxy) ||
        judges.some((judge) => !mesh.trusts(judge, proxy)) ||
        issued.some((other) => !mesh.trusts(proxy, other)),
    );
    const calls = suspects.length === 0 ? undefined : allowedCalls(mesh, complete);
    if (calls?.problem !== undefined) return sink.unseen('what the policies allow', calls.problem);
    sink.looked(complete.length);
    if (calls === undefined) return;
    const isAll = suspects.length <= MOST_ENDS;
    const seen = new Map<string, string | undefined>();
    for (const where of ['namespace', 'others'] as const) {
      // Of very many, calls of some in their namespaces show what is wrong; each may have as many as there are workloads.
      if (!isAll && [...seen.values()].some((why) => why !== undefined)) break;
      for (const suspect of suspects.slice(0, MOST_ENDS)) {
        for (const call of calls.with(suspect, where)) {
          if (!isComplete(call.from) || !isComplete(call.to)) continue;
          const key = `${call.from.pod.workload} → ${call.to.pod.workload}`;
          if (!seen.has(key)) seen.set(key, whyFails(mesh, call));
        }
      }
    }
    const failing = [...seen].filter((one): one is [string, string] => one[1] !== undefined);
    if (failing.length === 0) return;
    sink.found({
      found: isAll
        ? failing.length === 1
          ? '1 call that the policies allow cannot be made'
          : `${failing.length} calls that the policies allow cannot be made`
        : `calls that the policies allow cannot be made, because ${suspects.length} workloads have a certificate that others do not expect`,
      evidence: [
        ...failing.slice(0, SHOWN).map(([key, why]) => `${key}: ${why}`),
        ...(failing.length > SHOWN ? [`and ${failing.length - SHOWN} more`] : []),
      ],
    });
  },
});

function isComplete({ certificates }: SampledProxy): boolean {
  return certificates.chain.length > 0 && certificates.roots.length > 0;
}

/** Whether a certificate is other than its pod is to have. */
function isOther(mesh: LiveMesh, proxy: SampledProxy): boolean {
  const { pod, certificates } = proxy;
  const expected = mesh.trustDomain && istioIdentityUri(mesh.trustDomain, pod.namespace, pod.serviceAccount);
  return certificates.chain[0]?.uris[0] !== expected || whyInvalid(mesh, proxy) !== undefined;
}

function oneOfEach(all: readonly SampledProxy[], keyOf: (proxy: SampledProxy) => string): readonly SampledProxy[] {
  return [...new Map(all.map((proxy) => [keyOf(proxy), proxy])).values()];
}

/** Why a call fails at the handshake, as a clause; undefined if it does not. */
function whyFails(mesh: LiveMesh, { from, to, callerIdentity, calleeIdentity }: AllowedCall): string | undefined {
  return (
    whyInvalid(mesh, to) ??
    whyInvalid(mesh, from) ??
    (mesh.trusts(from, to) ? undefined : `${from.pod.workload} does not trust the issuer of ${to.pod.workload}`) ??
    (mesh.trusts(to, from) ? undefined : `${to.pod.workload} does not trust the issuer of ${from.pod.workload}`) ??
    whyOther(to, calleeIdentity) ??
    whyOther(from, callerIdentity)
  );
}

function whyInvalid(mesh: LiveMesh, { pod, certificates: { chain } }: SampledProxy): string | undefined {
  const bad = chain.find(({ notBefore, notAfter }) => mesh.now < notBefore || mesh.now >= notAfter);
  if (bad === undefined) return undefined;
  return mesh.now < bad.notBefore
    ? `the certificate of ${pod.workload} becomes valid in ${spanText(bad.notBefore - mesh.now)}`
    : `the certificate of ${pod.workload} expired ${spanText(mesh.now - bad.notAfter)} ago`;
}

function whyOther({ pod, certificates }: SampledProxy, expected: string | undefined): string | undefined {
  const [uri] = certificates.chain[0]?.uris ?? [];
  return expected === undefined || uri === expected ? undefined : `${pod.workload} has ${uri ?? 'no SPIFFE ID'}`;
}
