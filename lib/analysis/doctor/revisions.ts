import { addTo } from '../../base/add-to';
import { type JsonValue, textAt } from '../../base/json';
import { INJECTION_STATUS_ANNOTATION, REVISION_LABEL } from '../../upstream/istio/injection';
import { DEFAULT_REVISION } from '../../upstream/istio/injection-webhook';
import { imageTag } from '../../upstream/kubernetes/known-images';
import { Version } from '../../upstream/releases/version';
import type { LiveMesh } from './live-mesh';
import type { LivePod } from './live-pod';

/** The control planes of a cluster, and whose proxies are whose. */
export interface Revisions {
  /** The istiods that run or are to, by revision. */
  readonly istiods: ReadonlyMap<string, readonly LivePod[]>;
  /** The revision of a pod with a proxy; undefined if it is not known. */
  of(pod: LivePod): string | undefined;
  /** Whether two revisions are of different releases, as while Istio is upgraded; false where a release is not known. */
  areOfDifferentReleases(one: string, other: string): boolean;
  /** Releases of the istiods of a revision, oldest name first; empty if they are not known. */
  releasesOf(revision: string): readonly string[];
}

/** Reads the revisions of a cluster from its pods. */
export function readRevisions(mesh: LiveMesh): Revisions {
  const istiods = new Map<string, LivePod[]>();
  for (const pod of mesh.alivePods) {
    // The charts label every istiod, one without a revision with "default".
    if (pod.role === 'istiod') addTo(istiods, pod.labels[REVISION_LABEL] || DEFAULT_REVISION, pod);
  }
  const releasesOf = (revision: string) => {
    const versions = (istiods.get(revision) ?? []).map(({ mainImage }) => Version.tryParse(imageTag(mainImage)));
    return versions.includes(undefined) ? [] : [...new Set(versions.map((version) => `${version}`))].sort();
  };
  return {
    istiods,
    releasesOf,
    of(pod) {
      const injected = injectedBy(pod);
      if (injected !== undefined) return injected;
      // The label may also be a tag, which points at a revision that the pod does not name.
      const label = pod.labels[REVISION_LABEL];
      return label !== undefined && istiods.has(label) ? label : undefined;
    },
    areOfDifferentReleases(one, other) {
      const [first, second] = [releasesOf(one), releasesOf(other)];
      return first.length > 0 && second.length > 0 && !first.some((release) => second.includes(release));
    },
  };
}

/** The revision that the injector wrote down; undefined if it did not. */
function injectedBy(pod: LivePod): string | undefined {
  const status = pod.annotations[INJECTION_STATUS_ANNOTATION];
  if (status === undefined) return undefined;
  try {
    return textAt(JSON.parse(status) as JsonValue, 'revision') || undefined;
  } catch {
    return undefined;
  }
}
