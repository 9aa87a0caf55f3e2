import { addTo } from '../../base/add-to';
import { isObject, type JsonObject } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { type IstioChart, istioChart } from '../../upstream/istio/charts';
import { ARGO_CD, FLUX_HELM, SAIL_OPERATOR } from '../../upstream/kubernetes/api-groups';
import { type HelmSource, helmSources } from '../documents/helm-source';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** Kinds of objects by which Flux, Argo CD and Istio's operator install charts. */
const KINDS = [
  ['HelmRelease', FLUX_HELM],
  ['Application', ARGO_CD],
  ['ApplicationSet', ARGO_CD],
  ['Istio', SAIL_OPERATOR],
] as const;

/** A release of one of Istio's charts that an object asks for: of Flux, Argo CD or Istio's operator, or a kustomization. */
export interface ChartRelease {
  /** The HelmRelease or the like. */
  readonly manifest: Manifest;
  readonly source: HelmSource;
  /** A chart of another name that is given values which only istiod reads is istiod's, copied or wrapped. */
  readonly chart: IstioChart;
  /** The values that are written in the object, as the document they are; undefined if there are none. */
  readonly values: Manifest | undefined;
}

/** Every release of Istio's charts that another program installs, whoever asks: what runs, its release, what is removed. */
export function chartReleases(manifests: ManifestSet): readonly ChartRelease[] {
  const embedded = embeddedValues(manifests);
  const programs = [
    ...KINDS.flatMap(([kind, group]) => manifests.ofKind(kind, group)),
    ...manifests.kustomizationFiles,
  ];
  return programs.flatMap((manifest) =>
    helmSources(manifest.apiVersion, manifest.kind, manifest.body).flatMap((source) => {
      const pointer = toPointer(...source.valuesPath);
      const values = embedded.get(manifest)?.find(({ container }) => container?.pointer === pointer);
      const known = istioChart(source.chart, source.repository);
      const chart = known ?? (values !== undefined && hasIstiodValues(values.body) ? 'istiod' : undefined);
      return chart === undefined ? [] : [{ manifest, source, chart, values }];
    }),
  );
}

/** Whether values have a part that only istiod's chart reads. */
export function hasIstiodValues(body: JsonObject): boolean {
  return ['meshConfig', 'pilot', 'sidecarInjectorWebhook'].some((part) => isObject(body[part]));
}

/** Values by the object they are written in. */
function embeddedValues(manifests: ManifestSet): ReadonlyMap<Manifest, readonly Manifest[]> {
  const found = new Map<Manifest, Manifest[]>();
  for (const one of manifests.ofKind('HelmValues')) if (one.container) addTo(found, one.container.manifest, one);
  return found;
}
