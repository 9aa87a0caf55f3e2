import { type JsonObject, objectAt, textAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf } from '../../model/documents/manifest-set';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import type { LiveMesh } from './live-mesh';
import { LivePod } from './live-pod';
import { DOCTOR_RESOURCES, type DoctorResource } from './resources';

/** What makes pods of istiod and tbot, also while there are none. */
const CONTROLLERS = ['deployments.apps', 'daemonsets.apps'];

/**
 * Namespaces of istiod and tbot, which contain the objects of the whole mesh. Those of their Deployments and DaemonSets
 * count too, as their configuration is to be looked at most when they have no pod.
 */
export function systemNamespaces(
  pods: readonly LivePod[],
  objects: ReadonlyMap<string, readonly JsonObject[]>,
): readonly string[] {
  const templates = CONTROLLERS.flatMap((name) => objects.get(name) ?? []).map(
    (object) =>
      new LivePod({
        metadata: {
          namespace: textAt(object, 'metadata', 'namespace') ?? 'default',
          labels: objectAt(object, 'spec', 'template', 'metadata', 'labels'),
        },
        spec: objectAt(object, 'spec', 'template', 'spec'),
      }),
  );
  const found = [...pods, ...templates].filter(({ role }) => role === 'istiod' || role === 'tbot');
  // An istiod outside of the cluster has what it left in the cluster where the charts put it.
  const others = found.some(({ role }) => role === 'istiod') ? [] : [ISTIO_NAMESPACE];
  return [...new Set([...found.map(({ namespace }) => namespace), ...others])];
}

/** Whether the cluster was asked for an object. */
export type Asked =
  | { readonly kind: 'asked' }
  /** Whoever ran doctor chose other namespaces. */
  | { readonly kind: 'not-chosen' }
  /** Why it was not, as a clause. */
  | { readonly kind: 'not-asked'; readonly because: string };

/** Whether an object would be in the snapshot if it were in the cluster: what was not asked for is not missing. */
export function wasAsked(mesh: LiveMesh, manifest: Manifest): Asked {
  const resource = DOCTOR_RESOURCES.find((one) => isOf(one, manifest));
  const notAsked = (because: string): Asked => ({ kind: 'not-asked', because });
  if (resource === undefined) return notAsked('doctor does not list objects of this kind; diff --cluster does');
  const because = mesh.whyNotListed(resource.name);
  if (because !== undefined) return notAsked(because);
  const namespace = manifest.namespace ?? 'default';
  if (resource.namespaced && !mesh.isInScope(namespace)) return { kind: 'not-chosen' };
  const isElsewhere = resource.ofSystemOnly === true && !systemNamespacesOf(mesh).includes(namespace);
  if (isElsewhere || (resource.inNamespace ?? namespace) !== namespace) {
    return notAsked(
      'doctor lists objects of this kind only in the namespaces of istiod and tbot; diff --cluster lists all',
    );
  }
  return { kind: 'asked' };
}

function systemNamespacesOf(mesh: LiveMesh): readonly string[] {
  return onceFor(mesh, 'systemNamespaces', () => systemNamespaces(mesh.pods, mesh.snapshot.objects));
}

function isOf({ resource, group }: DoctorResource, { kind, apiVersion }: Manifest): boolean {
  const name = kind.toLowerCase();
  return group === groupOf(apiVersion) && [`${name}s`, `${name}es`, name.replace(/y$/, 'ies')].includes(resource);
}
