import { objectAt, textAt, textsAt } from '../../base/json';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A virtual machine, or a group of them, that policies and Services select like pods. */
export interface WorkloadEntry {
  /** The object itself. */
  readonly manifest: Manifest;
  /** `default` if the manifest names none, as with kubectl. */
  readonly namespace: string;
  /** The labels that selectors match. */
  readonly labels: Readonly<Record<string, string>>;
  /** ServiceAccount of its proxy; undefined if it says none. */
  readonly serviceAccount: string | undefined;
}

/**
 * Workloads outside Kubernetes. Labels of the object count beside those of its spec
 * (istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go).
 */
export function workloadEntries(manifests: ManifestSet): readonly WorkloadEntry[] {
  const entries = manifests.ofKind('WorkloadEntry', ISTIO_NETWORKING).map((manifest) => ({
    manifest,
    namespace: manifest.namespace ?? 'default',
    labels: { ...textsAt(manifest.body, 'spec', 'labels'), ...textsAt(manifest.body, 'metadata', 'labels') },
    serviceAccount: textAt(manifest.body, 'spec', 'serviceAccount'),
  }));
  const groups = manifests.ofKind('WorkloadGroup', ISTIO_NETWORKING).map((manifest) => {
    const { body, namespace = 'default' } = manifest;
    const template = objectAt(body, 'spec', 'template');
    return {
      manifest,
      namespace,
      labels: { ...textsAt(template, 'labels'), ...textsAt(body, 'spec', 'metadata', 'labels') },
      serviceAccount: textAt(template, 'serviceAccount'),
    };
  });
  return [...entries, ...groups];
}
