import { cached } from '../../base/cached';
import { field, listAt, objectAt, scalarText, textAt, valueAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { istioChart } from '../../upstream/istio/charts';
import { ISTIO_IMAGE, imageTag } from '../../upstream/kubernetes/known-images';
import { podTemplatePath } from '../../upstream/kubernetes/pod-template';
import { istioLine } from '../../upstream/releases/istio-lines';
import { Version } from '../../upstream/releases/version';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { chartReleases } from './chart-releases';

/** A release that a manifest names. */
export interface NamedRelease {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly version: Version;
}

const known = new WeakMap<ManifestSet, readonly NamedRelease[]>();

/** Releases of Istio that the manifests pin: tags of an installation, releases of its charts, and images of istiod and its proxies. */
export function findIstioReleases(manifests: ManifestSet): readonly NamedRelease[] {
  return cached(known, manifests, () => readReleases(manifests));
}

function readReleases(manifests: ManifestSet): readonly NamedRelease[] {
  const tags = (kind: string, ...path: readonly string[]) =>
    manifests
      .ofKind(kind)
      .flatMap((manifest) => named(manifest, toPointer(...path), scalarText(field(manifest.body, ...path))));
  return [
    ...tags('IstioOperator', 'spec', 'tag'),
    ...tags('IstioOperator', 'spec', 'values', 'global', 'tag'),
    ...tags('HelmValues', 'global', 'tag'),
    ...ofCharts(manifests),
    ...manifests.all.flatMap(imageReleases),
  ];
}

/** What other programs install: Flux and Argo CD name the release of the chart, which is that of Istio. */
function ofCharts(manifests: ManifestSet): readonly NamedRelease[] {
  return chartReleases(manifests).flatMap(({ manifest, source }) =>
    istioChart(source.chart, source.repository) === undefined
      ? []
      : named(manifest, toPointer(...source.versionPath), releaseOfRange(source.version)),
  );
}

/** Of a range inside one line (`1.29.x`, `~1.29.1`) the newest release that is known; undefined for wider ranges. */
function releaseOfRange(text: string): string | undefined {
  if (/^[=v]?\d+\.\d+\.\d+(?:[-+].*)?$/.test(text)) return text.replace(/^=/, '');
  const line = /^(?:~ ?)?v?(\d+\.\d+)(?:\.(?:x|X|\*|\d+))?$/.exec(text)?.[1];
  const version = line === undefined ? undefined : Version.tryParse(line);
  return version && (istioLine(version)?.newest ?? line);
}

function imageReleases(manifest: Manifest): readonly NamedRelease[] {
  const path = podTemplatePath(manifest.kind);
  const spec = objectAt(valueAt(manifest.body, path), 'spec');
  return ['initContainers', 'containers'].flatMap((list) =>
    listAt(spec, list).flatMap((container, index) => {
      const image = textAt(container, 'image') ?? '';
      if (!ISTIO_IMAGE.test(image)) return [];
      return named(manifest, toPointer(...path, 'spec', list, index, 'image'), imageTag(image));
    }),
  );
}

function named(manifest: Manifest, pointer: string, text: string | undefined): readonly NamedRelease[] {
  const version = Version.tryParse(text ?? '');
  return version === undefined ? [] : [{ manifest, pointer, version }];
}
