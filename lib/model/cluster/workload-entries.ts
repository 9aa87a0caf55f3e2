import { objectAt, textAt, textsAt } from '../../base/json';
import type { ManifestSet } from '../documents/manifest-set';

/** A virtual machine, or a group of them, that policies select and Services lead to as they do with pods. */
export interface WorkloadEntry {
  /** `default` if the manifest names none, as kubectl has it. */
  readonly namespace: string;
  /** What selectors look at. */
  readonly labels: Readonly<Record<string, string>>;
  /** ServiceAccount of its proxy; undefined if it says none. */
  readonly serviceAccount: string | undefined;
}

/**
 * Workloads outside Kubernetes. Labels of the object count beside those of its spec
 * (istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go).
 */
export function workloadEntries(manifests: ManifestSet): readonly WorkloadEntry[] {
  const entries = manifests.ofKind('WorkloadEntry', 'networking.istio.io').map(({ namespace = 'default', body }) => ({
    namespace,
    labels: { ...textsAt(body, 'spec', 'labels'), ...textsAt(body, 'metadata', 'labels') },
    serviceAccount: textAt(body, 'spec', 'serviceAccount'),
  }));
  const groups = manifests.ofKind('WorkloadGroup', 'networking.istio.io').map(({ namespace = 'default', body }) => {
    const template = objectAt(body, 'spec', 'template');
    return {
      namespace,
      labels: { ...textsAt(template, 'labels'), ...textsAt(body, 'spec', 'metadata', 'labels') },
      serviceAccount: textAt(template, 'serviceAccount'),
    };
  });
  return [...entries, ...groups];
}
