import { textsAt } from '../../../base/json';
import type { Manifest } from '../../../model/documents/manifest';
import { ISTIO_SECURITY } from '../../../upstream/kubernetes/api-groups';
import { oncePerContext } from './once-per-context';

/** A policy whose selector finds no pod that is known. */
export interface IdleSelector {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
}

/**
 * Policies of every kind whose selector matches no pod. A PeerAuthentication with a selector in the root namespace
 * applies to no pod.
 */
export const idleSelectors = oncePerContext((context): readonly IdleSelector[] => {
  const { manifests, rootNamespace, workloadIndex } = context;
  const all = ['AuthorizationPolicy', 'RequestAuthentication', 'PeerAuthentication'].flatMap((kind) =>
    manifests.ofKind(kind, ISTIO_SECURITY).map((manifest) => ({
      manifest,
      namespace: manifest.namespace ?? 'default',
      selector: textsAt(manifest.body, 'spec', 'selector', 'matchLabels'),
    })),
  );
  return all.filter(({ manifest, namespace, selector }) => {
    if (Object.keys(selector).length === 0) return false;
    return manifest.kind === 'PeerAuthentication'
      ? namespace !== rootNamespace && workloadIndex.select(selector, namespace).length === 0
      : context.scopeOf(manifest).length === 0;
  });
});
