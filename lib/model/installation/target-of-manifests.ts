import { textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { Target, type TargetProps } from '../../upstream/releases/target';
import { readTarget, TARGET_ANNOTATION, TARGET_COMPONENTS } from '../../upstream/releases/target-text';
import { Version } from '../../upstream/releases/version';
import type { ManifestSet } from '../documents/manifest-set';
import { findIstioReleases, type NamedRelease } from './istio-releases';

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
    const remembered = Object.fromEntries(
      Object.entries(rememberedReleases(manifests)).map(([component, { text }]) => [component, text]),
    );
    target = said.withFallback({ ...(pinned && { istio: `${pinned}` }), ...remembered });
    ofSet.set(said, target);
    // Asked again with the answer, it is the same one, and so is everything that is kept by it.
    ofSet.set(target, target);
  }
  return target;
}

/** A release that the app that wrote the manifests remembers. */
export interface RememberedRelease extends NamedRelease {
  /** As it was written: a minor release of Istio is not its first patch release. */
  readonly text: string;
}

/** What the app that wrote the manifests remembers of the releases they are for: of several words the oldest release. */
export function rememberedReleases(
  manifests: ManifestSet,
): Readonly<Partial<Record<keyof TargetProps, RememberedRelease>>> {
  const found: Partial<Record<keyof TargetProps, RememberedRelease>> = {};
  for (const manifest of manifests.ofKind('IstioOperator')) {
    const props = readTarget(textAt(manifest.body, 'metadata', 'annotations', TARGET_ANNOTATION) ?? '');
    if (typeof props === 'string') continue;
    for (const component of Object.values(TARGET_COMPONENTS)) {
      const text = props[component];
      // A hand may have changed the annotation: what is not a release there says nothing.
      const version = Version.tryParse(text ?? '');
      const earlier = found[component];
      if (text === undefined || version === undefined || (earlier && earlier.version.compare(version) <= 0)) continue;
      found[component] = { manifest, pointer: toPointer('metadata', 'annotations', TARGET_ANNOTATION), version, text };
    }
  }
  return found;
}

function oldest(versions: readonly Version[]): Version | undefined {
  return versions.reduce<Version | undefined>(
    (least, one) => (least === undefined || one.compare(least) < 0 ? one : least),
    undefined,
  );
}
