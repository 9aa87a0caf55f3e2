import type { NamedRelease } from '../../../../model/cluster/istio-releases';
import type { CheckContext } from '../../context/check-context';

/**
 * The releases of Istio that run: those the manifests pin; without any, the one that somebody states, at the document that
 * installs Istio or else the first of Istio's. The default release is nobody's word and is left out.
 */
export function istioInUse(context: CheckContext): readonly NamedRelease[] {
  const { istioReleases, target, manifests, installValues } = context;
  if (istioReleases.length > 0 || target.stated.istio === undefined) return istioReleases;
  const [place = manifests.all.find(({ apiVersion }) => /(?:^|\.)istio\.io\//.test(apiVersion))] = [
    ...manifests.ofKind('IstioOperator'),
    ...installValues.map(({ manifest }) => manifest),
    ...manifests.ofKind('InjectionTemplate'),
  ];
  return place === undefined ? [] : [{ manifest: place, pointer: '', version: target.istio }];
}
