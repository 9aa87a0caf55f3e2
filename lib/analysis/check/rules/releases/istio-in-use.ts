import type { NamedRelease } from '../../../../model/installation/istio-releases';
import { istioLine } from '../../../../upstream/releases/istio-lines';
import { Version } from '../../../../upstream/releases/version';
import type { CheckContext } from '../../context/check-context';

/**
 * The releases of Istio that run: those the manifests pin; without any, the one that somebody states, at the document that
 * installs Istio or else the first of Istio's. The default release is nobody's word and is left out. A line without a patch
 * number leaves the patch to the installer, so it stands for the newest release of the line.
 */
export function istioInUse(context: CheckContext): readonly NamedRelease[] {
  const { istioReleases, target, manifests, installValues } = context;
  if (istioReleases.length > 0 || target.stated.istio === undefined) return istioReleases;
  const [place = manifests.all.find(({ apiVersion }) => /(?:^|\.)istio\.io\//.test(apiVersion))] = [
    ...manifests.ofKind('IstioOperator'),
    ...installValues.map(({ manifest }) => manifest),
    ...manifests.ofKind('InjectionTemplate'),
  ];
  return place === undefined
    ? []
    : [{ manifest: place, pointer: '', version: newestOf(target.stated.istio, target.istio) }];
}

function newestOf(stated: string, release: Version): Version {
  const newest = /^v?\d+\.\d+$/.test(stated) ? istioLine(release)?.newest : undefined;
  return newest === undefined ? release : Version.parse(newest);
}
