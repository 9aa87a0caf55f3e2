import { addTo } from '../../../../base/add-to';
import { cached } from '../../../../base/cached';
import { compareTexts } from '../../../../base/compare-texts';
import { INJECTION_STATUS_ANNOTATION, REVISION_LABEL } from '../../../../upstream/istio/injection';
import { ISTIO_NAMESPACE } from '../../../../upstream/istio/mesh-config';
import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { allowedCalls } from '../../allowed-calls';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck, type HealthSink } from '../../health-check';
import type { LiveMesh, SampledProxy } from '../../live-mesh';
import type { LivePod } from '../../live-pod';
import { type Revisions, readRevisions } from '../../revisions';

/** Pods of a revision and calls that are named; proxies whose calls are looked at for each two revisions. */
const SHOWN = 3;
const ENDS = 5;

/** What the calls between proxies follow from. */
const CALLS_NEED = ['authorizationpolicies.security.istio.io', 'services', 'deployments.apps'];

/** Whether proxies that belong together get their configuration from one control plane. */
export const ONE_REVISION_CHECK = defineCheck({
  id: 'one-revision',
  group: 'istiod',
  title: 'proxies that belong together have one control plane',
  looksAt:
    'the revisions of istiods and of all pods with a proxy, in each namespace and at both ends of the calls that the policies allow; two revisions of different releases count as an upgrade and are not reported',
  needs: ['pods'],
  cause:
    'Some pods were injected by a different istiod than the rest, for example after the label istio.io/rev changed, and each istiod has its own mesh configuration and injection templates.',
  fix: 'give the namespaces one revision, and restart the pods that have another: kubectl rollout restart',
  source: 'istio/istio pkg/kube/inject/webhook.go',
  fires: () => exampleSnapshot({ objects: { pods: examplePodsOf('default', 'blue') } }),
  quiet: () => exampleSnapshot({ objects: { pods: examplePodsOf('blue', 'blue') } }),
  check(mesh, sink) {
    const revisions = readRevisions(mesh);
    const byRevision = new Map<string, LivePod[]>();
    for (const pod of mesh.alivePods) {
      const revision = pod.proxy === undefined ? undefined : revisions.of(pod);
      if (revision === undefined) continue;
      sink.looked();
      addTo(byRevision, revision, pod);
    }
    reportOrphans(revisions, byRevision, sink);
    const served = new Map([...byRevision].filter(([revision]) => revisions.istiods.has(revision)));
    const apart = reportNamespaces(revisions, served, sink);
    const pairs = pairsOf([...served.keys()]).filter(
      ([one, other]) => !revisions.areOfDifferentReleases(one, other) && !apart.has(`${one} ${other}`),
    );
    if (pairs.length > 0) reportCalls(mesh, revisions, pairs, sink);
  },
});

/** Proxies keep what they have when their istiod is gone, and get nothing new. */
function reportOrphans(
  { istiods }: Revisions,
  byRevision: ReadonlyMap<string, readonly LivePod[]>,
  sink: HealthSink,
): void {
  // Without any istiod that is what is wrong, or it runs outside of the cluster.
  if (istiods.size === 0) return;
  for (const [revision, pods] of byRevision) {
    if (istiods.has(revision)) continue;
    sink.found({
      severity: 'warning',
      found: `${namesOf(pods)} ${pods.length === 1 ? 'has a proxy' : 'have proxies'} of revision ${revision}, but the cluster has no istiod of that revision`,
      evidence: [`istiods: ${[...istiods].map(([name, [pod]]) => `${pod?.ref} of revision ${name}`).join(', ')}`],
      cause:
        'The control plane of the revision was removed before the pods were restarted: their proxies get no new configuration.',
    });
  }
}

/** Reports namespaces with proxies of several revisions; gives the pairs of revisions that were. */
function reportNamespaces(
  revisions: Revisions,
  byRevision: ReadonlyMap<string, readonly LivePod[]>,
  sink: HealthSink,
): ReadonlySet<string> {
  const byNamespace = new Map<string, Map<string, LivePod[]>>();
  for (const [revision, pods] of byRevision) {
    for (const pod of pods) {
      const inIt = cached(byNamespace, pod.namespace, () => new Map<string, LivePod[]>());
      addTo(inIt, revision, pod);
    }
  }
  const reported = new Set<string>();
  for (const [namespace, inIt] of [...byNamespace].sort(([a], [b]) => compareTexts(a, b))) {
    const pairs = pairsOf([...inIt.keys()]).filter(([one, other]) => !revisions.areOfDifferentReleases(one, other));
    if (pairs.length === 0) continue;
    for (const [one, other] of pairs) reported.add(`${one} ${other}`);
    const names = [...new Set(pairs.flat())].sort(compareTexts);
    sink.found({
      severity: 'warning',
      found: `namespace ${namespace} has proxies of the revisions ${names.join(' and ')}`,
      evidence: names.map((name) => `${describe(revisions, name)}: ${namesOf(inIt.get(name) ?? [])}`),
    });
  }
  return reported;
}

function reportCalls(
  mesh: LiveMesh,
  revisions: Revisions,
  pairs: readonly (readonly [string, string])[],
  sink: HealthSink,
): void {
  const missing = CALLS_NEED.map((name) => mesh.whyNotListed(name)).find((because) => because !== undefined);
  if (missing !== undefined) {
    sink.unseen('calls between proxies of different revisions', missing);
    return;
  }
  const byRevision = new Map<string, SampledProxy[]>();
  for (const proxy of mesh.proxies) addTo(byRevision, revisions.of(proxy.pod) ?? '', proxy);
  const calls = allowedCalls(mesh, mesh.proxies);
  if (calls.problem !== undefined) {
    sink.unseen('what the policies allow', calls.problem);
    return;
  }
  for (const [one, other] of pairs) {
    // Of the revision with fewer proxies, as it is the exception.
    const [few = []] = [one, other].map((name) => byRevision.get(name) ?? []).sort((a, b) => a.length - b.length);
    const found = new Set<string>();
    for (const end of few.slice(0, ENDS)) {
      for (const { from, to } of calls.with(end, 'others')) {
        const ends = [revisions.of(from.pod), revisions.of(to.pod)];
        if (ends.includes(one) && ends.includes(other)) {
          found.add(`${from.pod.workload} (${ends[0]}) may call ${to.pod.workload} (${ends[1]})`);
        }
      }
    }
    if (found.size === 0) continue;
    sink.found({
      severity: 'warning',
      found: `proxies of the revisions ${one} and ${other} call each other, but do not have different releases, as during an upgrade`,
      evidence: [
        describe(revisions, one),
        describe(revisions, other),
        ...[...found].sort(compareTexts).slice(0, SHOWN),
      ],
    });
  }
}

function describe(revisions: Revisions, name: string): string {
  const releases = revisions.releasesOf(name).join(', ') || 'of an unknown release';
  return `revision ${name} (istiod ${revisions.istiods.get(name)?.[0]?.ref}, ${releases})`;
}

function namesOf(pods: readonly LivePod[]): string {
  const refs = pods.map(({ ref }) => ref).sort(compareTexts);
  const more = refs.length - SHOWN;
  return refs.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function pairsOf(names: readonly string[]): readonly (readonly [string, string])[] {
  const sorted = [...names].sort(compareTexts);
  return sorted.flatMap((one, index) => sorted.slice(index + 1).map((other) => [one, other] as const));
}

/** Two pods of one namespace with the revisions given, and two istiods of one release. */
function examplePodsOf(web: string, api: string) {
  const injected = (name: string, revision: string) => {
    const pod = name === 'web' ? EXAMPLE_PODS.web : EXAMPLE_PODS.api;
    const metadata = pod.metadata as { readonly annotations: object };
    return {
      ...pod,
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, [INJECTION_STATUS_ANNOTATION]: JSON.stringify({ revision }) },
      },
    };
  };
  const blue = examplePod(ISTIO_NAMESPACE, 'istiod-blue', {
    containers: [{ name: 'discovery', image: `docker.io/istio/pilot:${DEFAULT_RELEASES.istio}` }],
    metadata: { labels: { [REVISION_LABEL]: 'blue' } },
  });
  return [injected('web', web), injected('api', api), EXAMPLE_PODS.istiod, EXAMPLE_PODS.tbot, EXAMPLE_PODS.csi, blue];
}
