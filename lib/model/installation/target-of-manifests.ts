import { textAt } from '../../base/json';
import { Target, type TargetProps } from '../../upstream/releases/target';
import { readTarget, TARGET_ANNOTATION, TARGET_COMPONENTS } from '../../upstream/releases/target-text';
import { Version } from '../../upstream/releases/version';
import type { ManifestSet } from '../documents/manifest-set';
import { findIstioReleases } from './istio-releases';

const DEFAULT = Target.of();
const known = new WeakMap<ManifestSet, WeakMap<Target, Target>>();

/**
 * The releases manifests are for: what the caller says, else what the app that wrote them remembers, else the Istio they
 * pin, else the defaults. Of several words for the same product the oldest release counts.
 *
 * @param said what the caller says
 */
export function targetOf(manifests: ManifestSet, said: Target = DEFAULT): Target {
  const ofSet = known.get(manifests) ?? new WeakMap<Target, Target>();
  known.set(manifests, ofSet);
  let target = ofSet.get(said);
  if (target === undefined) {
    const pinned = oldest(findIstioReleases(manifests).map(({ version }) => version));
    target = said.withFallback({ ...(pinned && { istio: `${pinned}` }), ...rememberedTarget(manifests) });
    ofSet.set(said, target);
  }
  return target;
}

function rememberedTarget(manifests: ManifestSet): TargetProps {
  const words = manifests.ofKind('IstioOperator').flatMap(({ body }) => {
    const props = readTarget(textAt(body, 'metadata', 'annotations', TARGET_ANNOTATION) ?? '');
    return typeof props === 'string' ? [] : [props];
  });
  const merged: Partial<Record<keyof TargetProps, string>> = {};
  for (const component of Object.values(TARGET_COMPONENTS)) {
    // A hand may have changed the annotation: what is not a release there says nothing.
    const texts = words.flatMap((props) => props[component] ?? []);
    const version = oldest(texts.flatMap((text) => Version.tryParse(text) ?? []));
    // As it was written: a line of Istio is not its first release.
    const text = texts.find((one) => version !== undefined && Version.tryParse(one)?.compare(version) === 0);
    if (text !== undefined) merged[component] = text;
  }
  return merged;
}

function oldest(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>(
    (least, one) => (least === undefined || one.compare(least) < 0 ? one : least),
    undefined,
  );
}
