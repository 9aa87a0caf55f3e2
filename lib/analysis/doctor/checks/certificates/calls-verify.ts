import { addTo } from '../../../../base/add-to';
import { EXAMPLE_CERTIFICATES } from '../../examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import type { SampledProxy } from '../../live-mesh';
import { reportUnanswered, timeText } from '../each-certificate';

/** Sets of roots that are shown. */
const SHOWN = 4;

/** Whether the two ends of calls trust each other. */
export const CALLS_VERIFY_CHECK = defineCheck({
  id: 'calls-verify',
  group: 'certificates',
  isSymptom: true,
  title: 'proxies trust each other’s certificates',
  looksAt: 'the chains of all sampled proxies against the roots of all others, in both directions',
  needs: ['pods'],
  cause: 'The proxies have roots of different authorities, or one has not received the new root of a rotation yet.',
  fix: 'restart the pods with the old roots; during a rotation wait until every proxy has both roots',
  source: 'istio/istio pilot/pkg/security/model/authentication.go',
  fires: () =>
    exampleSnapshot({ proxies: [exampleProxy('web'), exampleProxy('api', { root: EXAMPLE_CERTIFICATES.istiod })] }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportUnanswered(mesh, sink);
    // Very many proxies have very few sets of roots.
    const byRoots = new Map<string, SampledProxy[]>();
    const complete = mesh.proxies.filter(
      ({ certificates }) => certificates.chain.length > 0 && certificates.roots.length > 0,
    );
    for (const proxy of complete) {
      sink.looked();
      addTo(byRoots, mesh.rootsOf(proxy), proxy);
    }
    const groups = [...byRoots.values()].sort((a, b) => b.length - a.length);
    let isRefused = false;
    for (const [index, group] of groups.entries()) {
      const [judge] = group as [SampledProxy];
      const refused = complete.filter((proxy) => !mesh.trusts(judge, proxy));
      const [one] = refused;
      if (one === undefined) continue;
      isRefused = true;
      const judges =
        group.length === 1 ? judge.pod.workload : `${group.length} proxies, such as ${judge.pod.workload},`;
      const others =
        refused.length === 1
          ? `that of ${one.pod.workload}`
          : `those of ${refused.length} proxies, such as ${one.pod.workload}`;
      sink.found({
        found: `${judges} ${group.length === 1 ? 'refuses' : 'refuse'} certificates: ${others}`,
        evidence: [
          `${judge.pod.ref} trusts ${judge.certificates.roots.map(({ subject }) => subject).join('; ')}`,
          `${one.pod.ref} has a certificate from ${one.certificates.chain[0]?.issuer}`,
        ],
      });
      if (index >= 4) break;
    }
    const [most, ...others] = groups;
    const [one] = most ?? [];
    const other = others[0]?.[0];
    if (isRefused || one === undefined || other === undefined) return;
    sink.found({
      severity: 'warning',
      found: `the proxies have ${groups.length} different sets of roots, and still accept each other’s certificates`,
      evidence: [most as readonly SampledProxy[], ...others].slice(0, SHOWN).map(describe),
      cause:
        'A rotation of the authority is in progress, or some proxies have not received the last roots: they will refuse certificates of the new authority.',
      fix: 'wait until every proxy has the new roots before the old ones are removed; restart the pods that keep the old ones',
    });
  },
});

function describe(group: readonly SampledProxy[]): string {
  const [{ pod, certificates }] = group as readonly [SampledProxy];
  const others = group.length > 1 ? ` and ${group.length - 1} more` : '';
  const until = certificates.roots.map(({ subject, notAfter }) => `${subject} until ${timeText(notAfter)}`);
  return `${pod.ref}${others}: ${until.join('; ')}`;
}
