import { textAt, textsAt } from '../../base/json';
import {
  INGRESS_CLASS_ANNOTATION,
  INGRESS_CONTROLLER,
  type IngressSettings,
} from '../../upstream/istio/gateway-classes';
import { KUBERNETES_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** The Ingresses that istiod takes for its own gateway (istio/istio pilot/pkg/config/kube/ingress `shouldProcessIngressWithClass`). */
export function ingresses(manifests: ManifestSet, settings: IngressSettings): readonly Manifest[] {
  const all = manifests.ofKind('Ingress', KUBERNETES_NETWORKING);
  return settings.mode === 'OFF' ? [] : all.filter((one) => isForIstio(one, manifests, settings));
}

function isForIstio({ body }: Manifest, manifests: ManifestSet, { mode, className }: IngressSettings): boolean {
  const annotated = textsAt(body, 'metadata', 'annotations')[INGRESS_CLASS_ANNOTATION];
  if (annotated !== undefined) return annotated === className;
  const named = textAt(body, 'spec', 'ingressClassName');
  if (named === undefined) return mode === 'DEFAULT';
  const known = manifests.find('IngressClass', undefined, named);
  // A class is often made by hand; by the name of Istio's it is taken to be that.
  return known === undefined ? named === className : textAt(known.body, 'spec', 'controller') === INGRESS_CONTROLLER;
}
