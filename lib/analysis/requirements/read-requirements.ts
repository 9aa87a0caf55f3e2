import type { SourceLocation } from '../../base/source-location';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { ManifestPointer } from '../../model/installation/installation';
import type { NamedRelease } from '../../model/installation/istio-releases';
import { rememberedReleases, targetOf } from '../../model/installation/target-of-manifests';
import { CSI_DRIVER_IMAGE, TBOT_IMAGE } from '../../upstream/kubernetes/known-images';
import { Target, type TargetProps } from '../../upstream/releases/target';
import type { Version } from '../../upstream/releases/version';
import { Evidence } from './evidence';
import { REQUIREMENTS } from './known-requirements';
import type { Component, Requirement } from './requirement';

/** A requirement that the manifests have. */
export interface FoundRequirement extends Pick<Requirement, 'needs' | 'because'> {
  /** What needs it. */
  readonly location: SourceLocation;
  readonly isMet: boolean;
}

/** What the manifests need of one component. */
export interface ComponentRequirements {
  readonly component: Component;
  /** The release that was taken. */
  readonly release: Version;
  /** Where the manifests name it; undefined if they do not, so that it was assumed. */
  readonly namedAt: SourceLocation | undefined;
  readonly requirements: readonly FoundRequirement[];
}

/** What the manifests need of each component, and whether the releases they name have it. */
export function readRequirements(manifests: ManifestSet, said?: Target): readonly ComponentRequirements[] {
  const evidence = new Evidence(manifests);
  const assumed = targetOf(manifests, said);
  const all = rememberedReleases(manifests);
  const remembered = (component: keyof TargetProps) =>
    said?.stated[component] === undefined ? all[component] : undefined;
  const named: Readonly<Record<Component, NamedRelease | undefined>> = {
    Istio: oldest(evidence.istioTags()) ?? remembered('istio'),
    // No object pins Kubernetes; what wrote the manifests may have said which one they are for.
    Kubernetes: remembered('kubernetes'),
    Teleport: oldest(evidence.releasesOfImage(TBOT_IMAGE)) ?? remembered('teleport'),
    'SPIFFE CSI driver': oldest(evidence.releasesOfImage(CSI_DRIVER_IMAGE)) ?? remembered('csiDriver'),
  };
  const target = Target.of({
    istio: `${named.Istio?.version ?? assumed.istio}`,
    kubernetes: `${assumed.kubernetes}`,
    teleport: `${named.Teleport?.version ?? assumed.teleport}`,
    csiDriver: `${named['SPIFFE CSI driver']?.version ?? assumed.csiDriver}`,
  });
  const releases: Readonly<Record<Component, Version>> = {
    Istio: target.istio,
    Kubernetes: target.kubernetes,
    Teleport: target.teleport,
    'SPIFFE CSI driver': target.csiDriver,
  };
  return COMPONENTS.map((component) => ({
    component,
    release: releases[component],
    namedAt: locate(named[component]),
    requirements: REQUIREMENTS.filter((one) => one.component === component).flatMap((requirement) => {
      const location = locate(requirement.find(evidence));
      const { needs, because } = requirement;
      return location === undefined ? [] : [{ needs, because, location, isMet: requirement.isMet(target) }];
    }),
  }));
}

const COMPONENTS: readonly Component[] = ['Istio', 'Kubernetes', 'Teleport', 'SPIFFE CSI driver'];

/** The weakest link counts. */
function oldest(releases: readonly NamedRelease[]): NamedRelease | undefined {
  return releases.reduce<NamedRelease | undefined>(
    (least, one) => (least === undefined || one.version.compare(least.version) < 0 ? one : least),
    undefined,
  );
}

function locate(at: ManifestPointer | undefined): SourceLocation | undefined {
  return at?.manifest.locate(at.pointer);
}
